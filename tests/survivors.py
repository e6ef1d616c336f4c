"""Gates and filters that the matrix does not miss when they are gone, by the name of the site (`mutants.Site.name`).

`ELSEWHERE`: a test of the app notices, and which. `SURVIVORS`: nobody can tell the difference, and why.
"""

from __future__ import annotations

FENCE = "row security shows and changes rows of one's own organisation alone, table by table: `test_fences`"

SURVIVORS: dict[str, str] = {
    "aftersales/selectors.py:visible may actor.may(Capability.CUSTOMERS_VIEW)":
        "who lacks it is shown no customer and no car either",
    "care/services/dues.py:forget own actor.organisation_id":
        FENCE,
    "care/services/intervals.py:_own own actor.organisation_id":
        FENCE,
    "care/services/plans.py:_drop own actor.organisation_id":
        FENCE,
    "care/services/plans.py:_keep_policy own actor.organisation_id":
        FENCE,
    "care/services/plans.py:inherit_policy_again own actor.organisation_id":
        FENCE,
    "connect/restoring.py:interrupt own actor.organisation_id":
        FENCE,
    "connect/roster_views.py:sign_ins require actor.require(Capability.STAFF_MANAGE)":
        "both ways on ask again: `without_sign_in` and `grant_sign_in`",
    "connect/selectors.py:same_file visible visible(actor)":
        "`visible` asks for the right to import and shows all imports of the store: more rights show no more",
    "customers/portfolio.py:named may actor.may(Capability.CUSTOMERS_VIEW)":
        "who lacks it is shown nobody by `visible` either",
    "customers/portfolio.py:offered visible visible(actor)":
        "only those who see all customers come so far",
    "customers/portfolio.py:seen may actor.may(Capability.CUSTOMERS_VIEW)":
        "who lacks it is shown nobody by `visible` either",
    "customers/restoring.py:erase_again same line.organisation == actor.organisation_id":
        "row security shows no customer of another store, and the mark of a line is of its organisation",
    "kernel/relay.py:_held_back own actor.organisation_id":
        FENCE,
    "kernel/relay.py:_locked_position own actor.organisation_id":
        FENCE,
    "kernel/relay.py:_park own actor.organisation_id":
        FENCE,
    "kernel/relay.py:retry_parked own actor.organisation_id":
        FENCE,
    "kernel/sealing.py:_seals own actor.organisation_id":
        FENCE,
    "kernel/sealing.py:waiting own actor.organisation_id":
        FENCE,
    "network/restoring.py:forget_lost_files own actor.organisation_id":
        FENCE,
    "network/restoring.py:stop_what_was_at_work own actor.organisation_id":
        FENCE,
    "network/services/once.py:_mine own actor.organisation_id":
        FENCE,
    "tasks/views/bench.py:panel require request.actor.require(Capability.TASKS_WORK)":
        "who lacks it sees no task: 404 instead of 403",
    "vehicles/portfolio.py:cars may actor.may(Capability.CUSTOMERS_VIEW)":
        "who lacks it is shown nobody by `visible` either",
    "vehicles/views.py:undo_transfer visible selectors.visible(request.actor)":
        "only where one is led to: the car's page asks again and is not there",
}  # fmt: skip

ELSEWHERE: dict[str, str] = {
    "aftersales/lists.py:VisitList.actions may self.actor.may(Capability.CUSTOMERS_EDIT)":
        "tests/test_own_alone.py::test_who_only_looks_is_offered_nothing_more[technician]",
    "aftersales/lists.py:_by_text visible customers.visible(current_actor())":
        "tests/test_own_alone.py::test_a_row_one_sees_is_not_found_by_a_customer_whom_one_may_not_see[Visit-visit-aftersales]",
    "aftersales/selectors.py:numbered visible visible(actor)":
        "tests/test_own_alone.py::test_an_order_is_not_found_by_its_number",
    "aftersales/slots.py:of_car may actor.may(Capability.CUSTOMERS_EDIT)":
        "tests/test_own_alone.py::test_who_only_looks_is_offered_nothing_more[technician]",
    "aftersales/views.py:WritesVisit._taken visible selectors.visible(self.actor)":
        "tests/test_own_alone.py::test_that_a_number_is_taken_is_said_without_the_order",
    "aftersales/views.py:detail may request.actor.may(Capability.CUSTOMERS_EDIT)":
        "tests/test_own_alone.py::test_who_only_looks_is_offered_nothing_more[technician]",
    "care/selectors/dues.py:called_for visible customers.visible(actor)":
        "tests/test_own_alone.py::test_the_list_of_a_month_and_who_is_called_are_of_ones_own",
    "care/selectors/dues.py:of_month visible visible(actor)":
        "tests/test_own_alone.py::test_the_list_of_a_month_and_who_is_called_are_of_ones_own",
    "care/slots.py:_facts same place.organisation_id == actor.organisation_id":
        "src/qibu/care/tests/test_pages.py::test_who_works_in_two_stores_says_the_name_of_the_one_they_are_in",
    "care/slots.py:calls may actor.may(Capability.CUSTOMERS_EDIT)":
        "tests/test_own_alone.py::test_who_only_looks_is_offered_nothing_more[technician]",
    "care/views.py:DueList.actions may self.request.actor.may(Capability.CARE_EDIT)":
        "tests/test_own_alone.py::test_who_only_looks_is_offered_nothing_more[technician]",
    "connect/roster_selectors.py:compare require actor.require(Capability.STAFF_MANAGE)":
        "tests/test_gates.py::test_a_read_refuses_before_it_looks_at_anything[compare]",
    "connect/roster_selectors.py:without_sign_in require actor.require(Capability.STAFF_MANAGE)":
        "tests/test_gates.py::test_a_read_refuses_before_it_looks_at_anything[without_sign_in]",
    "connect/selectors.py:kept require actor.require(Capability.IMPORT)":
        "tests/test_gates.py::test_a_read_refuses_before_it_looks_at_anything[kept]",
    "connect/selectors.py:saved_name require actor.require(Capability.IMPORT)":
        "tests/test_gates.py::test_a_read_refuses_before_it_looks_at_anything[saved_name]",
    "customers/portfolio.py:named visible visible(actor)":
        "src/qibu/customers/tests/test_portfolio.py::test_a_name_is_told_in_full_to_who_sees_the_customer",
    "customers/portfolio.py:seen visible visible(actor)":
        "src/qibu/customers/tests/test_portfolio.py::test_a_number_to_call_is_shown_to_who_sees_the_customer",
    "kernel/scoping.py:scope same outer.organisation_id != actor.organisation_id":
        "tests/test_tenancy.py::test_scopes_of_two_stores_do_not_nest",
    "leads/lists.py:_by_text visible customers.visible(current_actor())":
        "tests/test_own_alone.py::test_a_row_one_sees_is_not_found_by_a_customer_whom_one_may_not_see[Lead-lead-leads]",
    "leads/selectors/leads.py:of_customer visible visible(actor)":
        "tests/test_own_alone.py::test_a_colleagues_lead_is_on_no_list",
    "leads/selectors/leads.py:visible may actor.may(Capability.SALES_VIEW)":
        "tests/test_own_alone.py::test_who_does_not_sell_sees_no_lead_of_the_pool_either",
    "network/selectors.py:views_with_field own _seen_by(actor)":
        "tests/test_own_alone.py::test_a_colleagues_view_is_counted_and_not_named",
    "network/services/absences.py:_locked require actor.require(Capability.TASKS_ASSIGN)":
        "tests/test_own_alone.py::test_days_of_a_colleague_are_changed_by_who_shares_out_work",
    "network/services/absences.py:_locked same found.staff_id != actor.staff_id":
        "tests/test_own_alone.py::test_days_of_a_colleague_are_changed_by_who_shares_out_work",
    "tasks/selectors/team.py:absences_for may actor.may(Capability.TASKS_ASSIGN)":
        "src/qibu/tasks/tests/test_colleagues.py::test_absences_of_colleagues_are_listed_for_who_shares_out_work",
    "tasks/selectors/team.py:absences_for own actor.staff_id or 0":
        "src/qibu/tasks/tests/test_colleagues.py::test_absences_of_colleagues_are_listed_for_who_shares_out_work",
    "tasks/services/printing.py:with_numbers require actor.require(Capability.TASKS_VIEW_ALL)":
        "src/qibu/tasks/tests/test_colleagues.py::test_numbers_of_a_colleagues_list_take_the_right_to_see_it",
    "tasks/services/printing.py:with_numbers same whose.pk != actor.staff_id":
        "src/qibu/tasks/tests/test_colleagues.py::test_numbers_of_a_colleagues_list_take_the_right_to_see_it",
    "tasks/views/items.py:phone may request.actor.may(Capability.TASKS_VIEW_ALL)":
        "src/qibu/tasks/tests/test_colleagues.py::test_of_a_colleagues_late_call_one_hears_but_the_number_stays_hidden",
    "tasks/views/items.py:phone same task.assignee_id not in {None, request.actor.staff_id}":
        "src/qibu/tasks/tests/test_colleagues.py::test_of_a_colleagues_late_call_one_hears_but_the_number_stays_hidden",
    "vehicles/portfolio.py:cars visible visible(actor)":
        "tests/test_own_alone.py::test_a_hand_over_names_no_car_of_theirs",
    "vehicles/selectors/privacy.py:told_people visible customers.visible(actor)":
        "tests/test_own_alone.py::test_nobody_is_told_beside_a_car_whom_one_may_not_see",
}  # fmt: skip
