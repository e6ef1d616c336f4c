"""A store that changed a plan had a copy of it, whole, and missed all that was changed above. Of each copy stays what
differs; where its steps are others than those above, the copy stays as it is."""

from collections import defaultdict

import django.db.models.deletion
from django.db import migrations, models

from qibu.kernel.operations import SecureTable

OF_STEPS = ("offset_days", "valid_days", "title", "script", "script_en")
OF_POLICY = ("daily_backlog", "due_time")


def lineages(apps, using):
    """Organisation → those above it, nearest first; the ones above come before those below them."""
    parents = dict(apps.get_model("network", "Organisation").objects.using(using).values_list("pk", "parent_id"))
    found = {}
    for number in parents:
        line, above = [], parents[number]
        while above is not None:
            line.append(above)
            above = parents[above]
        found[number] = line
    return dict(sorted(found.items(), key=lambda item: (len(item[1]), item[0])))


def fields_of(plan):
    steps = {f"{step.code}.{name}": getattr(step, name) for step in plan.steps.all() for name in OF_STEPS}
    return {"active": plan.active, **steps}


def keep_what_differs(apps, schema_editor):
    using = schema_editor.connection.alias
    lines = lineages(apps, using)
    plans_of_lines(apps, lines, using)
    policies_of_lines(apps, lines, using)


def plans_of_lines(apps, lines, using):
    Plan, Override = apps.get_model("care", "Plan"), apps.get_model("care", "PlanOverride")
    counting = {}  # (organisation, code) → the fields that count there, of the organisation's own word
    for plan in Plan.objects.using(using).prefetch_related("steps"):
        counting[plan.organisation_id, plan.code] = fields_of(plan)
    copies = defaultdict(list)
    for plan in Plan.objects.using(using).filter(organisation__isnull=False).order_by("code"):
        copies[plan.organisation_id].append(plan)
    for number, line in lines.items():
        for plan in copies[number]:
            above = next((counting[o, plan.code] for o in (*line, None) if (o, plan.code) in counting), None)
            mine = counting[number, plan.code]
            if above is None or above.keys() != mine.keys():
                continue
            values = {name: value for name, value in mine.items() if above[name] != value}
            if values:
                Override.objects.using(using).create(organisation_id=number, code=plan.code, values=values)
            plan.delete()


def policies_of_lines(apps, lines, using):
    Policy = apps.get_model("care", "CarePolicy")
    rows = {row.organisation_id: row for row in Policy.objects.using(using).all()}
    counting = {number: {name: getattr(row, name) for name in OF_POLICY} for number, row in rows.items()}
    for number, line in lines.items():
        above = next((counting[o] for o in (*line, None) if o in counting), None)
        if number not in rows or above is None:
            continue
        differing = {name: value for name, value in counting[number].items() if above[name] != value}
        row = rows[number]
        for name in OF_POLICY:
            setattr(row, name, differing.get(name))
        if differing:
            row.save(using=using)
        else:
            row.delete(using=using)


class Migration(migrations.Migration):
    dependencies = [("care", "0008_follow_merges"), ("network", "0008_network_manager")]

    operations = [
        migrations.CreateModel(
            name="PlanOverride",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=40)),
                ("brand", models.CharField(blank=True, max_length=40)),
                ("series", models.CharField(blank=True, max_length=60)),
                ("energy", models.CharField(blank=True, max_length=16)),
                ("values", models.JSONField(default=dict)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                        to="network.organisation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "code", "brand", "series", "energy"), name="plan_override_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("organisation__isnull", False)), name="plan_override_of_somebody"
                    ),
                ]
            },
        ),
        SecureTable("planoverride", inherited=True),
        migrations.AlterField("carepolicy", "daily_backlog", models.PositiveSmallIntegerField(null=True)),
        migrations.AlterField("carepolicy", "due_time", models.TimeField(null=True)),
        migrations.RunPython(keep_what_differs, migrations.RunPython.noop),
    ]  # fmt: skip
