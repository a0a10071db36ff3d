# One image for web, worker, beat and migrate; docker-compose.yml says which command each runs.
FROM python:3.12-slim-bookworm

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1

# Pango and HarfBuzz set the letters. Their fonts come with the application, so that a letter
# looks the same on every machine.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig tzdata \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /nonexistent --no-create-home offboarding \
    && install --directory --owner offboarding --group offboarding /data

WORKDIR /app
COPY requirements.txt .
RUN pip install --require-hashes --requirement requirements.txt

COPY . .
# The settings refuse to start unprotected, so the build names values that no server will use.
RUN OFFBOARDING_ENV=production \
    SECRET_KEY=only-for-collecting-static-files-while-the-image-is-built \
    PUBLIC_BASE_URL=https://build.invalid ALLOWED_HOSTS=build.invalid EMAIL_HOST=build.invalid \
    python manage.py collectstatic --noinput --verbosity 0

USER offboarding
# WeasyPrint and fontconfig keep caches; the rest of the file system may be read-only.
ENV OFFBOARDING_ENV=production DATA_DIR=/data HOME=/tmp XDG_CACHE_HOME=/tmp/cache
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "--config", "python:config.gunicorn", "config.wsgi"]
