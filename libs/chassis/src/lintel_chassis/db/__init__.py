"""The service's own database: tables, migrations, statements, errors."""
