"""The way to PostgreSQL: connections and their errors, news, the embedded server, provisioning, backups, the doctor."""
