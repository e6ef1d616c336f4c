from django.urls import path

from qibu.customers.views import acts, exports, lists, merges, pages, search, tags

app_name = "customers"
urlpatterns = [
    path("", lists.CustomerList.as_view(), name="list"),
    path("new/", pages.create, name="create"),
    path("search/", search.palette, name="search"),
    path("exports/", exports.export, name="export"),
    path("assignments/", acts.assign_many, name="assign"),
    path("taggings/", acts.tag_many, name="tag-many"),
    path("tags/", tags.overview, name="tags"),
    path("tags/<int:tag_id>/", tags.rename, name="tag-name"),
    path("tags/<int:tag_id>/removal/", tags.removal, name="tag-removal"),
    path("merging/", merges.begin, name="merge-many"),
    path("merges/<int:merge_id>/", merges.record, name="merge-record"),
    path("merges/<int:merge_id>/undo/", merges.undo, name="merge-undo"),
    path("merges/<int:merge_id>/values/", merges.put_back, name="merge-values"),
    path("<int:customer_id>/merge/", merges.merge, name="merge"),
    path("<int:customer_id>/", pages.detail, name="detail"),
    path("<int:customer_id>/edit/", pages.edit, name="edit"),
    path("<int:customer_id>/timeline/", pages.older, name="timeline"),
    path("<int:customer_id>/notes/", acts.note, name="note"),
    path("<int:customer_id>/assignment/", acts.assignment, name="assignment"),
    path("<int:customer_id>/contact-points/", acts.point, name="point"),
    path("<int:customer_id>/contact-points/<int:point_id>/number/", acts.number, name="number"),
    path("<int:customer_id>/contact-points/<int:point_id>/primary/", acts.primary, name="primary"),
    path("<int:customer_id>/contact-points/<int:point_id>/usability/", acts.usability, name="usability"),
    path("<int:customer_id>/contact-points/<int:point_id>/removal/", acts.point_removal, name="point-removal"),
    path("<int:customer_id>/tags/", acts.tagging, name="tag"),
    path("<int:customer_id>/tags/<int:tag_id>/removal/", acts.untagging, name="untag"),
    path("<int:customer_id>/consents/", acts.consent, name="consent"),
    path("<int:customer_id>/holds/", acts.hold, name="hold"),
    path("<int:customer_id>/holds/<int:hold_id>/lifting/", acts.lifting, name="lifting"),
    path("<int:customer_id>/relations/", acts.relation, name="relation"),
    path("<int:customer_id>/relations/<int:relation_id>/removal/", acts.relation_removal, name="relation-removal"),
]
