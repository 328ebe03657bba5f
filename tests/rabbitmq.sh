#!/bin/sh
# Runs `make smoke` with RabbitMQ as the broker: installs it where missing (Debian and
# Ubuntu, as root), starts one node of its own on loopback, and ends it afterwards.
#   tests/rabbitmq.sh            PUSHSITE_VAR and PORT as for make; RABBIT_PORT (5679)
set -eu
cd "$(dirname "$0")/.."

if ! command -v rabbitmq-server >/dev/null; then
    echo "Installing rabbitmq-server ..."
    apt-get update -q
    DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
        rabbitmq-server
fi

port=${RABBIT_PORT:-5679}
home=$(mktemp -d)
# The packaged start-up script changes to the user rabbitmq, who must own the folder.
chown rabbitmq "$home" 2>/dev/null || true
export RABBITMQ_NODENAME="smoke$port@localhost"
export RABBITMQ_NODE_IP_ADDRESS=127.0.0.1 RABBITMQ_NODE_PORT="$port"
export RABBITMQ_DIST_PORT=$((port + 20000))
export RABBITMQ_MNESIA_BASE="$home" RABBITMQ_LOG_BASE="$home"
export RABBITMQ_ENABLED_PLUGINS_FILE="$home/plugins" RABBITMQ_CONF_ENV_FILE="$home/none"
# A port mapper of its own, to be ended with it.
export ERL_EPMD_ADDRESS=127.0.0.1 ERL_EPMD_PORT=$((port + 1))

finish() {
    rabbitmqctl --quiet stop >/dev/null 2>&1 || true
    wait "$node" 2>/dev/null || true
    epmd -kill >/dev/null 2>&1 || true
    rm -rf "$home"
}

rabbitmq-server >"$home.log" 2>&1 &
node=$!
trap finish EXIT INT TERM
echo "Waiting for RabbitMQ on port $port ..."
tries=0
until rabbitmqctl --quiet await_startup --timeout 60 >/dev/null 2>&1; do
    tries=$((tries + 1))
    if [ "$tries" -gt 30 ] || ! kill -0 "$node"; then
        echo "RabbitMQ did not start: read $home.log." >&2
        exit 1
    fi
    sleep 1
done

CELERY_BROKER_URL="amqp://guest:guest@127.0.0.1:$port//" make smoke
echo "Queues that the smoke run left:"
rabbitmqctl --quiet list_queues name type durable messages
rabbitmqctl --quiet eval 'rabbit_misc:version().' || true
rm -f "$home.log"
