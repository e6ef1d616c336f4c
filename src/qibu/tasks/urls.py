from django.urls import path

from qibu.tasks.views import bench, calendars, deadlines, items, ladders, lists, printing, promises, team

app_name = "tasks"
urlpatterns = [
    path("", bench.workbench, name="workbench"),
    path("worklist/print/", printing.printed, name="print"),
    path("worklist/<int:task_id>/", bench.panel, name="panel"),
    path("escalations/", deadlines.escalations, name="escalations"),
    path("tasks/", lists.TaskList.as_view(), name="list"),
    path("tasks/new/", items.new, name="new"),
    path("tasks/results/", bench.result, name="result"),
    path("tasks/results/<str:attempts>/undo/", bench.undo, name="undo"),
    path("tasks/claims/", items.claim, name="claim"),
    path("tasks/assignments/", items.assign, name="assign"),
    path("tasks/<int:task_id>/", items.detail, name="detail"),
    path("tasks/<int:task_id>/numbers/<int:point_id>/", items.phone, name="phone"),
    path("tasks/<int:task_id>/cancellation/", items.cancellation, name="cancel"),
    path("tasks/<int:task_id>/reopening/", items.reopening, name="reopen"),
    path("team/", team.overview, name="team"),
    path("team/absences/", team.absence, name="absence"),
    path("team/absences/<int:absence_id>/end/", team.absence_end, name="absence-end"),
    path("team/shares/", team.share, name="share"),
    path("team/promises/", promises.overview, name="promises"),
    path("team/promises/list/", promises.PromiseList.as_view(), name="promise-list"),
    path("settings/calendar/", calendars.calendar, name="calendar"),
    path("settings/calendar/hours/", calendars.hours, name="hours"),
    path("settings/calendar/days/", calendars.day, name="day"),
    path("settings/calendar/days/removal/", calendars.day_removal, name="day-removal"),
    path("settings/ladders/", ladders.overview, name="ladders"),
    path("settings/ladders/<slug:key>/", ladders.one, name="ladder"),
    path("settings/ladders/<slug:key>/inheritance/", ladders.inheritance, name="ladder-inheritance"),
    path("clocks/<int:clock_id>/breach-reason/", deadlines.breach_reason, name="breach-reason"),
    path("clocks/<int:clock_id>/taking-on/", deadlines.taking_on, name="take-on"),
    path("clocks/<int:clock_id>/pause/", deadlines.pause, name="pause"),
    path("clocks/<int:clock_id>/resumption/", deadlines.resumption, name="resume"),
]
