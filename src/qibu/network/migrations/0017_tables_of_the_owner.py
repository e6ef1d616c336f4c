from django.db import migrations

# Which migrations have run, and Django's own lists of models and rights, are the owner's business. The product reads them.
TABLES = "django_migrations, django_content_type, auth_permission, auth_group, auth_group_permissions"


class Migration(migrations.Migration):
    dependencies = [
        ("network", "0016_seal_functions"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.RunSQL(
            f"REVOKE INSERT, UPDATE, DELETE ON {TABLES} FROM qibu_app",
            f"GRANT INSERT, UPDATE, DELETE ON {TABLES} TO qibu_app",
        )
    ]
