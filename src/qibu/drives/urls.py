from django.urls import path

from qibu.drives.lists import DriveList
from qibu.drives.views import bookings, calendar, driving, figures, public, settings

app_name = "drives"
urlpatterns = [
    path("", DriveList.as_view(), name="list"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("figures/", figures.show, name="figures"),
    path("new/", bookings.Book.as_view(), name="new"),
    path("new/leads/", bookings.found_leads, name="leads"),
    path("<int:pk>/", bookings.detail, name="detail"),
    path("<int:pk>/move/", bookings.Move.as_view(), name="move"),
    path("<int:pk>/cancellation/", bookings.Cancel.as_view(), name="cancel"),
    path("<int:pk>/no-show/", bookings.miss, name="miss"),
    path("<int:pk>/licence/", driving.SeeLicence.as_view(), name="licence"),
    path("<int:pk>/agreement/", driving.agreement, name="agreement"),
    path("<int:pk>/agreement/signature/", driving.sign, name="sign"),
    path("<int:pk>/agreement/signature.svg", driving.picture, name="picture"),
    path("<int:pk>/leaving/", driving.Leave.as_view(), name="leave"),
    path("<int:pk>/return/", driving.ComeBack.as_view(), name="return"),
    path("<int:pk>/feedback/", driving.GiveFeedback.as_view(), name="feedback"),
    path("<int:pk>/feedback/link/", driving.invite, name="invite"),
    path("customers/<int:pk>/", bookings.of_customer, name="of-customer"),
    path("fleet/", settings.show, name="fleet"),
    path("fleet/cars/new/", settings.AddCar.as_view(), name="car-new"),
    path("fleet/cars/<int:pk>/", settings.EditCar.as_view(), name="car"),
    path("fleet/routes/new/", settings.AddRoute.as_view(), name="route-new"),
    path("fleet/routes/<int:pk>/", settings.EditRoute.as_view(), name="route"),
    path("fleet/policy/", settings.EditPolicy.as_view(), name="policy"),
    path("fleet/policy/inheritance/", settings.inherit_policy, name="policy-inherit"),
    path("fleet/agreement/", settings.EditAgreement.as_view(), name="agreement-text"),
    path("fleet/agreement/inheritance/", settings.inherit_agreement, name="agreement-inherit"),
    path("t/<str:token>/", public.feedback, name="public-feedback"),
]
