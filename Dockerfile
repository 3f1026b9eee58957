# One image for web, worker, beat and sweeper; compose.yaml says which it is. Runs as nobody special.

FROM node:22-slim AS front-end
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM python:3.13-slim AS packages
WORKDIR /app
COPY requirements/uv.txt requirements/base.txt requirements/
RUN python -m venv /opt/uv \
 && /opt/uv/bin/pip install --no-cache-dir --only-binary :all: --require-hashes -r requirements/uv.txt \
 && /opt/uv/bin/uv venv /opt/touchstone \
 && /opt/uv/bin/uv pip sync --no-cache --require-hashes --python /opt/touchstone/bin/python requirements/base.txt

FROM python:3.13-slim
ENV PATH=/opt/touchstone/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=mdm.settings \
    MDM_DATA=/data
RUN useradd --system --uid 10001 --home-dir /data --create-home touchstone
WORKDIR /app
COPY --from=packages /opt/touchstone /opt/touchstone
COPY --from=front-end /app/node_modules node_modules
COPY manage.py ./
COPY mdm mdm
COPY matching matching
COPY publishing publishing
COPY templates templates
# Collecting needs settings but no secret: those made here are thrown away.
RUN MDM_HOSTS=build.invalid MDM_DATA=/tmp/build python manage.py collectstatic --noinput \
 && rm -r /tmp/build
USER touchstone
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/healthz/', timeout=4)"]
CMD ["gunicorn", "mdm.wsgi", "--bind", "0.0.0.0:8000", "--workers", "4", "--worker-class", "gthread", "--threads", "4", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
