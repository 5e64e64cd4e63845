#!/bin/sh
# Run by the image of PostgreSQL when it has made its folder: the servers' user, who is no superuser, and their database.
# The password goes in through psql's environment and its own quoting, not through the arguments.
set -eu
psql -v ON_ERROR_STOP=1 --no-psqlrc --quiet --username postgres --dbname postgres <<'SQL'
\getenv name CHILLIN_DB_NAME
\getenv user CHILLIN_DB_USER
\getenv password CHILLIN_DB_PASSWORD
CREATE ROLE :"user" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"user";
REVOKE CONNECT, TEMPORARY ON DATABASE :"name" FROM PUBLIC;
SQL
