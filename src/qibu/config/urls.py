from django.urls import include, path
from django.views.i18n import set_language

from qibu.config import views

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("language/", set_language, name="set-language"),
    path("styleguide/", include("qibu.ui.urls")),
    path("", include("qibu.network.urls")),
    path("customers/", include("qibu.customers.urls")),
    path("vehicles/", include("qibu.vehicles.urls")),
    path("", include("qibu.tasks.urls")),
    path("", include("qibu.contact.urls")),
    path("catalog/", include("qibu.catalog.urls")),
    path("leads/", include("qibu.leads.urls")),
    path("showroom/", include("qibu.showroom.urls")),
    path("test-drives/", include("qibu.drives.urls")),
    path("quotes/", include("qibu.quotes.urls")),
    path("spot-checks/", include("qibu.spotchecks.urls")),
    path("nurturing/", include("qibu.nurturing.urls")),
    path("orders/", include("qibu.orders.urls")),
    path("deliveries/", include("qibu.deliveries.urls")),
    path("intake/", include("qibu.intake.urls")),
    path("api/v1/", include("qibu.intake.api.urls")),
    path("f/", include("qibu.intake.public_urls")),
    path("funnel/", include("qibu.funnel.urls")),
    path("visits/", include("qibu.aftersales.urls")),
    path("", include("qibu.care.urls")),
    path("imports/", include("qibu.connect.urls")),
]
handler400 = "qibu.config.views.bad_request"
handler403 = "qibu.config.views.refused"
handler404 = "qibu.config.views.not_found"
handler500 = "qibu.config.views.failed"
