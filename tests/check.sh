# What `make check` runs: every check, then one verdict. Needs the tools on the PATH.
failed=""

try() {
    name=$1
    shift
    echo "== $name"
    "$@" || failed="$failed, $name"
}

templates() {
    find templates -name "*.html" -type f -exec djade --check --target-version 5.2 {} +
}

deployment() {
    # As production is set, on the database at hand.
    SECRET_KEY=$(python -c "import secrets; print(secrets.token_urlsafe(60))") \
        CREDENTIAL_KEY=$(python -c "from pushsite import keys; print(keys.fresh()['CREDENTIAL_KEY'])") \
        DATABASE_URL=${DATABASE_URL:-$(python manage.py embedded url)} \
        SITE_URL=https://push.example.com \
        python manage.py check --deploy --fail-level WARNING
}

try "ruff format" ruff format --check .
try "ruff check" ruff check .
try "mypy" mypy .
try "djade" templates
try "migrations" python manage.py makemigrations --check --dry-run
try "deployment" deployment
try "translations" python -m tests.translations

if [ -n "$failed" ]; then
    echo "Failed: ${failed#, }"
    exit 1
fi
echo "All checks passed."
