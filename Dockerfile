FROM python:3.13-slim-trixie
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
RUN useradd --create-home pushsite && install -d -o pushsite /var/lib/pushsite /var/lib/pushsite-media
WORKDIR /srv/pushsite
COPY requirements.txt .
RUN pip install --no-cache-dir --require-hashes -r requirements.txt
COPY . .
USER pushsite
VOLUME /var/lib/pushsite /var/lib/pushsite-media
