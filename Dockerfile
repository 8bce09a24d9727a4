# One image for web, worker, beat and migrate; docker-compose.yml says which command each runs.
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1

WORKDIR /app

COPY requirements.lock .
RUN pip install --no-cache-dir --disable-pip-version-check --root-user-action=ignore --require-hashes -r requirements.lock

COPY . .
# Static files get the hashed names of a production install, so the build needs some key; it is not kept.
RUN python -m ops.translations compile \
    && SECRET_KEY=only-while-building DEBUG=0 python manage.py collectstatic --noinput --verbosity 0 \
    && useradd --system --uid 10001 --home-dir /app salesfollow \
    && mkdir /data && chown -R salesfollow var /data

USER salesfollow
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--blocking-threads", "4", "salesfollow.wsgi:application"]
