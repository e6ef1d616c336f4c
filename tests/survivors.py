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
    "care/services/intervals.py:_keep own actor.organisation_id":
        "in which order the rows of the own list stand is all the same whatever number they begin with",
    "care/services/intervals.py:_own own actor.organisation_id":
        FENCE,
    "care/services/plans.py:_drop own actor.organisation_id":
        FENCE,
    "care/services/plans.py:_keep_policy own actor.organisation_id":
        FENCE,
    "care/services/plans.py:inherit_policy_again own actor.organisation_id":
        FENCE,
    "catalog/services/saying.py:_keep own actor.organisation_id":
        FENCE,
    "catalog/services/saying.py:take_back own actor.organisation_id":
        FENCE,
    "connect/restoring.py:interrupt own actor.organisation_id":
        FENCE,
    "connect/roster_views.py:sign_ins require actor.require(Capability.STAFF_MANAGE)":
        "both ways on ask again: `without_sign_in` and `grant_sign_in`",
    "connect/selectors.py:same_file visible visible(actor)":
        "`visible` asks for the right to import and shows all imports of the store: more rights show no more",
    "contact/selectors/people.py:readers own actor.organisation_id":
        FENCE,
    "contact/selectors/people.py:staff_of own actor.organisation_id":
        FENCE,
    "contact/selectors/people.py:wish_of own actor.organisation_id":
        FENCE,
    "contact/services/accounts.py:inherit_again own actor.organisation_id":
        FENCE,
    "contact/services/accounts.py:save own actor.organisation_id":
        FENCE,
    "contact/services/holding.py:resume own actor.organisation_id":
        FENCE,
    "contact/services/outbox.py:_give_up own actor.organisation_id":
        FENCE,
    "contact/services/outbox.py:claim own actor.organisation_id":
        FENCE,
    "contact/services/outbox.py:forget_words own actor.organisation_id":
        FENCE,
    "contact/services/outbox.py:send_again own actor.organisation_id":
        FENCE,
    "contact/services/writing.py:_by_person own actor.organisation_id":
        FENCE,
    "contact/services/writing.py:_told_lately own actor.organisation_id":
        FENCE,
    "customers/portfolio.py:named may actor.may(Capability.CUSTOMERS_VIEW)":
        "who lacks it is shown nobody by `visible` either",
    "customers/portfolio.py:offered visible visible(actor)":
        "only those who see all customers come so far",
    "customers/portfolio.py:seen may actor.may(Capability.CUSTOMERS_VIEW)":
        "who lacks it is shown nobody by `visible` either",
    "customers/restoring.py:erase_again same line.organisation == actor.organisation_id":
        "row security shows no customer of another store, and the mark of a line is of its organisation",
    "customers/selectors/search.py:_described visible visible(actor)":
        "`_families` and `_seen` found nobody whom one doesn't see",
    "customers/selectors/search.py:_families visible visible(actor)":
        "`_described` leaves out whom one doesn't see; here it is so that they take no room among the first hits",
    "customers/selectors/search.py:_seen may actor.may(Capability.CUSTOMERS_VIEW_ALL)":
        "`_described` leaves out whom one doesn't see; here it is so that they take no room among the first hits",
    "customers/selectors/search.py:_seen own Exists(visible(actor).filter(pk=OuterRef('customer_id')))":
        "`_described` leaves out whom one doesn't see; here it is so that they take no room among the first hits",
    "customers/selectors/search.py:_seen visible visible(actor)":
        "`_described` leaves out whom one doesn't see; here it is so that they take no room among the first hits",
    "customers/services/erasures.py:_held visible visible(actor)":
        "who erases customers sees all of the store, and may write in their files",
    "customers/services/erasures.py:whom_of visible visible(actor)":
        "who erases customers sees all of the store, and may write in their files",
    "customers/services/merges.py:put_back visible visible(actor)":
        "`merge_or_404` has found the survivor among those one sees",
    "customers/views/lists.py:_count.count visible selectors.visible(actor)":
        "what is counted, one's own customers and nobody's, everybody sees who sees customers",
    "deliveries/services/holding.py:delivered visible selectors.visible(actor)":
        "what is held is asked for once more after it: the lead, the order, the delivery",
    "deliveries/services/holding.py:held visible selectors.visible(actor)":
        "what is held is asked for once more after it: the lead, the order, the delivery",
    "deliveries/services/lists.py:inherit_again own actor.organisation_id":
        FENCE,
    "deliveries/services/lists.py:withdraw own actor.organisation_id":
        FENCE,
    "drives/restoring.py:close_links own actor.organisation_id":
        FENCE,
    "drives/services/policies.py:inherit_agreement_again own actor.organisation_id":
        FENCE,
    "drives/services/policies.py:inherit_policy_again own actor.organisation_id":
        FENCE,
    "funnel/selectors.py:costs own actor.organisation_id":
        FENCE,
    "funnel/selectors.py:costs_of_month own actor.organisation_id":
        FENCE,
    "funnel/selectors.py:first_forecasts own actor.organisation_id":
        FENCE,
    "intake/restoring.py:stop_sheets own actor.organisation_id":
        FENCE,
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
    "leads/selectors/placements.py:untaken visible visible(actor)":
        "leads of nobody lie in the pool, which everybody sees who comes here",
    "leads/services/setting_up.py:inherit_pace own actor.organisation_id":
        FENCE,
    "leads/services/setting_up.py:inherit_reason own actor.organisation_id":
        FENCE,
    "leads/services/sharing.py:inherit_rules_again own actor.organisation_id":
        FENCE,
    "leads/services/sharing.py:set_group own actor.organisation_id":
        FENCE,
    "leads/views_pool.py:swap visible selectors.visible(request.actor)":
        "only who shares out leads comes so far, and sees all of the store",
    "leads/views_sharing.py:_page may actor.may(Capability.SALES_MANAGE)":
        "whoever shares out leads says how they are shared out, too",
    "network/restoring.py:forget_lost_files own actor.organisation_id":
        FENCE,
    "network/restoring.py:stop_what_was_at_work own actor.organisation_id":
        FENCE,
    "network/selectors.py:any_parked own actor.organisation_id":
        FENCE,
    "network/selectors.py:parked own actor.organisation_id":
        FENCE,
    "network/selectors.py:verification own actor.organisation_id":
        FENCE,
    "network/services/chains.py:_mine own actor.organisation_id":
        FENCE,
    "network/services/once.py:_mine own actor.organisation_id":
        FENCE,
    "network/services/policies.py:locked own actor.organisation_id":
        FENCE,
    "network/services/readers.py:retry own actor.organisation_id":
        FENCE,
    "network/slots.py:keeping may actor.may(Capability.ORGANISATION_MANAGE)":
        "the setting names its capability and is shown to nobody else; here nothing is looked for in vain",
    "network/slots.py:left_behind may actor.may(Capability.ORGANISATION_MANAGE)":
        "the setting names its capability and is shown to nobody else; here nothing is looked for in vain",
    "network/views/chain.py:state require request.actor.require(Capability.AUDIT_VIEW)":
        "what the page shows asks again: `last_verification`",
    "network/views/security.py:profile require request.actor.require(Capability.SECURITY_MANAGE)":
        "both ways on ask again: `standing.lines` and `policies.adopt`",
    "network/views/security.py:security require request.actor.require(Capability.SECURITY_MANAGE)":
        "both ways on ask again: `without_factor` and the services of `policies`",
    "network/views/staff.py:member require request.actor.require(Capability.STAFF_MANAGE)":
        "`all_staff` asks again",
    "nurturing/restoring.py:close_links own actor.organisation_id":
        FENCE,
    "orders/quoted.py:chosen visible quotes.visible(actor)":
        "a quotation is seen with its lead, which was found before",
    "orders/selectors/orders.py:refunds_open visible visible(actor)":
        "it narrows the list, which shows what one sees",
    "orders/services/holding.py:held visible selectors.visible(actor)":
        "what is held is asked for once more after it: the lead, the order, the delivery",
    "orders/services/policies.py:inherit_again own actor.organisation_id":
        FENCE,
    "quotes/restoring.py:close_links own actor.organisation_id":
        FENCE,
    "quotes/services/approvals.py:refusal may actor.may(Capability.SALES_APPROVE)":
        "asked where somebody may agree: the page and `decide` have asked before",
    "showroom/views.py:_board may actor.may(Capability.SALES_WORK)":
        "who stands in the queue sells",
    "showroom/views.py:_finds may actor.may(Capability.CUSTOMERS_VIEW)":
        "whoever receives people sees customers, and the search shows those alone",
    "showroom/views.py:_found may actor.may(Capability.CUSTOMERS_VIEW)":
        "whoever receives people sees customers, and the search shows those alone",
    "showroom/views.py:report require request.actor.require(Capability.SALES_VIEW_ALL)":
        "`visitors.report` asks again",
    "spotchecks/lists.py:CheckList.rows visible selectors.visible(self.actor)":
        "only who sees all of a store's leads comes so far; what is about oneself stays hidden to everybody",
    "spotchecks/lists.py:_by_text visible customers.visible(current_actor())":
        "who sees all leads of a store sees all its customers",
    "spotchecks/selectors.py:by_question visible visible(actor)":
        "only who sees all of a store's leads comes so far; what is about oneself stays hidden to everybody",
    "spotchecks/selectors.py:check_or_404 visible visible(actor)":
        "only who sees all of a store's leads comes so far; what is about oneself stays hidden to everybody",
    "spotchecks/selectors.py:population visible leads.visible(actor)":
        "who draws a store's sample sees all its leads; above the stores there are none",
    "spotchecks/services/settings.py:inherit_rule_again own actor.organisation_id":
        FENCE,
    "spotchecks/services/settings.py:inherit_standard_again own actor.organisation_id":
        FENCE,
    "spotchecks/services/settings.py:word_standard own actor.organisation_id":
        FENCE,
    "spotchecks/slots.py:script visible selectors.visible(actor)":
        "only who sees all of a store's leads comes so far; what is about oneself stays hidden to everybody",
    "tasks/services/calendars.py:drop_day own actor.organisation_id":
        FENCE,
    "tasks/services/calendars.py:inherit_hours_again own actor.organisation_id":
        FENCE,
    "tasks/services/calendars.py:set_hours own actor.organisation_id":
        FENCE,
    "tasks/services/ladders.py:_own own actor.organisation_id":
        FENCE,
    "tasks/views/bench.py:panel require request.actor.require(Capability.TASKS_WORK)":
        "who lacks it sees no task: 404 instead of 403",
    "tasks/views/items.py:found_or_404 require request.actor.require(Capability.TASKS_WORK)":
        "who lacks it sees no task: 404 instead of 403",
    "tasks/views/promises.py:overview require request.actor.require(Capability.TASKS_VIEW_ALL)":
        "`figures` asks again",
    "tasks/views/team.py:overview may request.actor.may(Capability.TASKS_ASSIGN)":
        "whoever sees all tasks shares them out, too",
    "vehicles/portfolio.py:cars may actor.may(Capability.CUSTOMERS_VIEW)":
        "who lacks it is shown nobody by `visible` either",
    "vehicles/views.py:undo_transfer visible selectors.visible(request.actor)":
        "only where one is led to: the car's page asks again and is not there",
}  # fmt: skip

ELSEWHERE: dict[str, str] = {
    "aftersales/lists.py:VisitList.actions may self.actor.may(Capability.CUSTOMERS_EDIT)":
        "tests/test_own_alone.py::test_who_only_looks_is_offered_nothing_more[technician]",
    "aftersales/lists.py:_by_text visible customers.visible(current_actor())":
        "tests/test_own_alone.py::test_a_row_one_sees_is_not_found_by_a_customer_whom_one_may_not_see",
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
    "care/services/plans.py:_own own actor.organisation_id":
        "src/qibu/care/tests/test_overrides.py::test_the_nearer_organisation_goes_before_the_narrower_line",
    "care/slots.py:_facts same place.organisation_id == actor.organisation_id":
        "src/qibu/care/tests/test_pages.py::test_who_works_in_two_stores_says_the_name_of_the_one_they_are_in",
    "care/slots.py:calls may actor.may(Capability.CUSTOMERS_EDIT)":
        "tests/test_own_alone.py::test_who_only_looks_is_offered_nothing_more[technician]",
    "care/views.py:DueList.actions may self.request.actor.may(Capability.CARE_EDIT)":
        "tests/test_own_alone.py::test_who_only_looks_is_offered_nothing_more[technician]",
    "catalog/inheriting.py:of_cars own actor.organisation_id":
        "tests/test_own_alone.py::test_a_price_that_is_said_otherwise_differs_from_the_one_above",
    "connect/roster_selectors.py:compare require actor.require(Capability.STAFF_MANAGE)":
        "tests/test_gates.py::test_a_read_refuses_before_it_looks_at_anything[compare]",
    "connect/roster_selectors.py:without_sign_in require actor.require(Capability.STAFF_MANAGE)":
        "tests/test_gates.py::test_a_read_refuses_before_it_looks_at_anything[without_sign_in]",
    "connect/selectors.py:differences require actor.require(Capability.IMPORT)":
        "tests/test_gates.py::test_a_read_refuses_before_it_looks_at_anything[differences]",
    "connect/selectors.py:kept require actor.require(Capability.IMPORT)":
        "tests/test_gates.py::test_a_read_refuses_before_it_looks_at_anything[kept]",
    "connect/selectors.py:saved_name require actor.require(Capability.IMPORT)":
        "tests/test_gates.py::test_a_read_refuses_before_it_looks_at_anything[saved_name]",
    "contact/services/accounts.py:_write_trial own actor.organisation_id":
        "tests/test_own_alone.py::test_a_store_has_an_account_of_its_own_beside_the_one_above",
    "contact/services/writing.py:_store own actor.organisation_id":
        "src/qibu/contact/tests/test_writing.py::test_the_account_is_inherited_and_the_job_finds_the_stores_below",
    "contact/views.py:_page may request.actor.may(Capability.STAFF_MANAGE)":
        "tests/test_own_alone.py::test_who_leads_the_network_is_offered_nothing_of_a_stores_work",
    "customers/portfolio.py:named visible visible(actor)":
        "src/qibu/customers/tests/test_portfolio.py::test_a_name_is_told_in_full_to_who_sees_the_customer",
    "customers/portfolio.py:seen visible visible(actor)":
        "src/qibu/customers/tests/test_portfolio.py::test_a_number_to_call_is_shown_to_who_sees_the_customer",
    "customers/selectors/customers.py:survivor_of visible visible(actor)":
        "tests/test_own_alone.py::test_of_a_colleagues_customer_nothing_is_told_or_written",
    "customers/selectors/duplicates.py:_named visible visible(actor)":
        "tests/test_own_alone.py::test_of_a_colleagues_customer_nothing_is_told_or_written",
    "customers/selectors/duplicates.py:duplicates visible visible(actor)":
        "src/qibu/customers/tests/test_customers.py::test_a_shared_number_is_told_and_nothing_is_merged",
    "customers/selectors/files.py:relations_of visible visible(actor)":
        "tests/test_own_alone.py::test_of_a_colleagues_customer_nothing_is_told_or_written",
    "customers/services/assignments.py:may_assign may actor.may(Capability.CUSTOMERS_EDIT)":
        "tests/test_own_alone.py::test_customers_are_taken_and_given_by_who_may",
    "customers/services/assignments.py:may_assign may actor.may(Capability.TASKS_ASSIGN)":
        "src/qibu/customers/tests/test_customers.py::test_others_take_only_whom_nobody_looks_after",
    "customers/services/erasures.py:again same ledger.who(key, actor.organisation_id, found.pk, "
    "found.created_at) != line.who":
        "tests/test_erasure.py::test_another_person_with_the_number_is_not_meant",
    "customers/services/erasures.py:erase require actor.require(Capability.CUSTOMERS_EDIT)":
        "tests/test_erasure.py::test_the_right_to_erase_is_none_without_the_right_to_write[customers.edit]",
    "customers/services/locking.py:lock_many visible visible(actor)":
        "src/qibu/customers/tests/test_customers.py::test_acts_on_a_hidden_customer_find_nothing",
    "customers/services/relations.py:add visible visible(actor)":
        "tests/test_own_alone.py::test_of_a_colleagues_customer_nothing_is_told_or_written",
    "customers/slots.py:recent visible visible(actor)":
        "tests/test_own_alone.py::test_who_was_opened_last_is_not_named_once_they_are_a_colleagues",
    "customers/slots.py:search may actor.may(Capability.CUSTOMERS_VIEW)":
        "tests/test_menu.py::test_the_menu_and_the_settings_stay_calm",
    "customers/views/lists.py:_of_view own mine(actor)":
        "src/qibu/customers/tests/test_pages.py::test_views_and_filters_narrow[view=mine-names1]",
    "customers/views/pages.py:_drawer may actor.may(Capability.CUSTOMERS_EDIT)":
        "tests/test_own_alone.py::test_who_only_looks_is_offered_nothing_more[technician]",
    "customers/views/pages.py:_drawer may actor.may(Capability.PHONE_REVEAL)":
        "tests/test_own_alone.py::test_who_only_looks_is_offered_nothing_more[technician]",
    "customers/views/pages.py:_page may actor.may(Capability.CUSTOMERS_EDIT)":
        "tests/test_own_alone.py::test_who_only_looks_is_offered_nothing_more[marketing]",
    "customers/views/pages.py:_page may actor.may(Capability.TASKS_ASSIGN)":
        "src/qibu/customers/tests/test_pages.py::test_a_consultant_takes_a_public_customer_from_the_page",
    "deliveries/lists.py:DeliveryList.rows visible selectors.visible(self.actor)":
        "tests/test_own_alone.py::test_nor_is_it_on_any_list",
    "deliveries/lists.py:_by_text visible customers.visible(current_actor())":
        "tests/test_own_alone.py::test_a_row_one_sees_is_not_found_by_a_customer_whom_one_may_not_see",
    "deliveries/selectors.py:delivery_or_404 visible visible(actor)":
        "src/qibu/deliveries/tests/test_pages.py::"
        "test_a_photo_is_kept_with_consent_and_served_to_those_who_see_the_delivery",
    "deliveries/selectors.py:of_order visible visible(actor)":
        "tests/test_own_alone.py::test_nothing_is_read_of_it",
    "deliveries/selectors.py:of_orders visible visible(actor)":
        "tests/test_own_alone.py::test_nothing_is_read_of_it",
    "deliveries/selectors.py:of_vehicle visible visible(actor)":
        "tests/test_own_alone.py::test_a_delivery_is_taken_back_and_let_go_unpaid_by_who_may_agree",
    "deliveries/selectors.py:visible may actor.may(Capability.SALES_VIEW)":
        "tests/test_own_alone.py::test_cars_of_the_store_are_shown_to_who_sells",
    "deliveries/selectors.py:visible visible orders.visible(actor)":
        "src/qibu/deliveries/tests/test_pages.py::"
        "test_a_photo_is_kept_with_consent_and_served_to_those_who_see_the_delivery",
    "deliveries/selectors.py:week_of visible visible(actor)":
        "tests/test_own_alone.py::test_nor_is_it_on_any_list",
    "deliveries/services/recording.py:_may_go require actor.require(Capability.SALES_APPROVE)":
        "src/qibu/deliveries/tests/test_services.py::test_an_unpaid_car_goes_only_by_the_word_of_who_may_give_it",
    "deliveries/slots.py:order_actions may actor.may(Capability.SALES_WORK)":
        "tests/test_own_alone.py::test_who_only_looks_is_offered_nothing_more[marketing]",
    "deliveries/views.py:Record.context may self.actor.may(Capability.SALES_APPROVE)":
        "tests/test_own_alone.py::test_a_delivery_is_taken_back_and_let_go_unpaid_by_who_may_agree",
    "deliveries/views.py:_may_take_back may request.actor.may(Capability.SALES_APPROVE)":
        "tests/test_own_alone.py::test_a_delivery_is_taken_back_and_let_go_unpaid_by_who_may_agree",
    "deliveries/views.py:detail visible customers.visible(request.actor)":
        "tests/test_own_alone.py::test_a_row_one_sees_is_not_found_by_a_customer_whom_one_may_not_see",
    "drives/lists.py:DriveList.rows visible selectors.visible(self.actor)":
        "tests/test_own_alone.py::test_nor_is_it_on_any_list",
    "drives/lists.py:_by_text visible customers.visible(current_actor())":
        "tests/test_own_alone.py::test_a_row_one_sees_is_not_found_by_a_customer_whom_one_may_not_see",
    "drives/selectors/board.py:_drives visible visible(actor)":
        "tests/test_own_alone.py::test_nor_is_it_on_any_list",
    "drives/selectors/content.py:agreements own actor.organisation_id":
        "src/qibu/drives/tests/test_driving.py::test_a_store_writes_its_own_agreement_and_goes_back",
    "drives/selectors/drives.py:drive_or_404 visible visible(actor)":
        "src/qibu/drives/tests/test_bookings.py::test_a_colleague_who_goes_along_sees_the_drive_and_nobody_else_does",
    "drives/selectors/drives.py:of_customer visible visible(actor)":
        "tests/test_own_alone.py::test_nothing_is_read_of_it",
    "drives/selectors/drives.py:of_lead visible visible(actor)":
        "tests/test_own_alone.py::test_nothing_is_read_of_it",
    "drives/selectors/drives.py:of_today visible visible(actor)":
        "tests/test_own_alone.py::test_nothing_is_read_of_it",
    "drives/selectors/drives.py:visible may actor.may(Capability.SALES_VIEW)":
        "tests/test_own_alone.py::test_cars_of_the_store_are_shown_to_who_sells",
    "drives/selectors/drives.py:visible may actor.may(Capability.SALES_VIEW_ALL)":
        "src/qibu/drives/tests/test_bookings.py::test_a_colleague_who_goes_along_sees_the_drive_and_nobody_else_does",
    "drives/selectors/drives.py:visible own actor.staff_id or 0":
        "src/qibu/drives/tests/test_bookings.py::test_a_colleague_who_goes_along_sees_the_drive_and_nobody_else_does",
    "drives/selectors/figures.py:figures visible visible(actor)":
        "tests/test_own_alone.py::test_nothing_is_read_of_it",
    "drives/selectors/fleet.py:cars may actor.may(Capability.SALES_MANAGE)":
        "tests/test_own_alone.py::test_cars_of_the_store_are_shown_to_who_sells",
    "drives/selectors/fleet.py:cars may actor.may(Capability.SALES_VIEW)":
        "tests/test_own_alone.py::test_cars_of_the_store_are_shown_to_who_sells",
    "drives/selectors/fleet.py:routes may actor.may(Capability.SALES_MANAGE)":
        "tests/test_own_alone.py::test_cars_of_the_store_are_shown_to_who_sells",
    "drives/selectors/fleet.py:routes may actor.may(Capability.SALES_VIEW)":
        "tests/test_own_alone.py::test_cars_of_the_store_are_shown_to_who_sells",
    "drives/slots.py:asked may actor.may(Capability.SALES_WORK)":
        "tests/test_own_alone.py::test_a_wish_to_drive_is_told_to_who_sees_the_lead_and_sells",
    "drives/slots.py:asked visible leads.visible(actor)":
        "tests/test_own_alone.py::test_a_wish_to_drive_is_told_to_who_sees_the_lead_and_sells",
    "drives/slots.py:lead_panel may actor.may(Capability.SALES_WORK)":
        "tests/test_own_alone.py::test_who_only_looks_is_offered_nothing_more[call_agent]",
    "drives/views/bookings.py:open_leads own actor.staff_id or 0":
        "tests/test_own_alone.py::test_cars_of_the_store_are_shown_to_who_sells",
    "drives/views/bookings.py:page_of visible leads.visible(actor)":
        "tests/test_own_alone.py::test_who_goes_along_on_a_colleagues_drive_is_not_led_to_the_lead",
    "drives/views/calendar.py:calendar visible selectors.visible(request.actor)":
        "tests/test_own_alone.py::test_drives_to_think_of_are_counted_of_ones_own",
    "funnel/selectors.py:chances visible leads.visible(actor)":
        "tests/test_own_alone.py::test_the_funnel_counts_leads_one_sees_and_prices_are_for_who_sees_all",
    "funnel/selectors.py:cohort visible leads.visible(actor)":
        "tests/test_own_alone.py::test_the_funnel_counts_leads_one_sees_and_prices_are_for_who_sees_all",
    "funnel/selectors.py:prices may actor.may(Capability.SALES_VIEW_ALL)":
        "tests/test_own_alone.py::test_the_funnel_counts_leads_one_sees_and_prices_are_for_who_sees_all",
    "funnel/selectors.py:won_in visible leads.visible(actor)":
        "tests/test_own_alone.py::test_the_funnel_counts_leads_one_sees_and_prices_are_for_who_sees_all",
    "funnel/views.py:_costs may actor.may(Capability.SALES_VIEW_ALL)":
        "tests/test_own_alone.py::test_the_funnel_counts_leads_one_sees_and_prices_are_for_who_sees_all",
    "intake/selectors/arrivals.py:arrivals may actor.may(Capability.SALES_ASSIGN)":
        "tests/test_own_alone.py::test_what_comes_in_is_seen_by_who_sees_to_it",
    "intake/selectors/arrivals.py:arrivals may actor.may(Capability.SALES_RECEIVE)":
        "tests/test_own_alone.py::test_what_comes_in_is_seen_by_who_sees_to_it",
    "intake/slots.py:_sees_to_it may actor.may(Capability.SALES_ASSIGN)":
        "tests/test_own_alone.py::test_what_comes_in_is_seen_by_who_sees_to_it",
    "intake/slots.py:_sees_to_it may actor.may(Capability.SALES_RECEIVE)":
        "tests/test_own_alone.py::test_what_comes_in_is_seen_by_who_sees_to_it",
    "intake/slots.py:_sees_to_it may actor.may(Capability.SALES_VIEW_ALL)":
        "tests/test_own_alone.py::test_what_comes_in_is_seen_by_who_sees_to_it",
    "intake/slots.py:came_by may actor_of(request).may(Capability.SALES_ASSIGN)":
        "tests/test_own_alone.py::test_what_comes_in_is_seen_by_who_sees_to_it",
    "intake/views/arrivals.py:_taken_in visible leads.visible(request.actor)":
        "tests/test_own_alone.py::test_who_completes_what_came_in_is_led_to_a_lead_they_see",
    "intake/views/arrivals.py:drop require request.actor.require(Capability.SALES_ASSIGN)":
        "tests/test_own_alone.py::"
        "test_who_may_not_is_refused_before_what_they_sent_is_read[intake:drop-arrival-sales_consultant]",
    "kernel/scoping.py:scope same outer.organisation_id != actor.organisation_id":
        "tests/test_tenancy.py::test_scopes_of_two_stores_do_not_nest",
    "leads/acts.py:Create._may_work may self.actor.may(Capability.SALES_WORK)":
        "tests/test_own_alone.py::test_who_only_receives_writes_nothing_down_for_themselves",
    "leads/acts.py:Create.act visible selectors.visible(self.actor)":
        "tests/test_own_alone.py::test_who_only_receives_writes_nothing_down_for_themselves",
    "leads/acts.py:_refused require request.actor.require(Capability.SALES_WORK)":
        "tests/test_own_alone.py::"
        "test_who_may_not_is_refused_before_what_they_sent_is_read[leads:result-lead-call_agent]",
    "leads/board.py:Board.beside visible selectors.visible(self.actor)":
        "tests/test_own_alone.py::test_reports_and_tallies_are_of_ones_own",
    "leads/inheriting.py:of_pace same source == actor.organisation_id":
        "tests/test_own_alone.py::test_only_what_is_said_here_can_be_given_back",
    "leads/inheriting.py:of_stages same (stages[0].organisation_id, stages[0].brand, stages[0].series) "
    "== (actor.organisation_id, ":
        "tests/test_own_alone.py::test_only_what_is_said_here_can_be_given_back",
    "leads/lists.py:_by_text visible customers.visible(current_actor())":
        "tests/test_own_alone.py::test_a_row_one_sees_is_not_found_by_a_customer_whom_one_may_not_see",
    "leads/selectors/leads.py:hold visible visible(actor)":
        "tests/test_own_alone.py::test_a_colleagues_lead_is_on_no_list",
    "leads/selectors/leads.py:must_claim may actor.may(Capability.SALES_ASSIGN)":
        "src/qibu/leads/tests/test_unclaimed.py::test_nobody_works_on_it_before_they_claimed_it",
    "leads/selectors/leads.py:of_customer visible visible(actor)":
        "tests/test_own_alone.py::test_a_colleagues_lead_is_on_no_list",
    "leads/selectors/leads.py:visible may actor.may(Capability.SALES_VIEW)":
        "tests/test_own_alone.py::test_who_does_not_sell_sees_no_lead_of_the_pool_either",
    "leads/selectors/leads.py:was_open_to may actor.may(Capability.SALES_VIEW)":
        "tests/test_own_alone.py::test_who_does_not_sell_sees_no_lead_of_the_pool_either",
    "leads/selectors/placements.py:claiming own actor.staff_id or 0":
        "tests/test_own_alone.py::test_what_was_taken_from_the_pool_counts_for_who_took_it",
    "leads/selectors/reports.py:_open visible visible(actor)":
        "tests/test_own_alone.py::test_reports_and_tallies_are_of_ones_own",
    "leads/selectors/reports.py:closed_by_sales visible visible(actor)":
        "tests/test_own_alone.py::test_reports_and_tallies_are_of_ones_own",
    "leads/services/calls.py:_barred may actor.may(Capability.SALES_ASSIGN)":
        "src/qibu/leads/tests/test_unclaimed.py::test_its_call_is_not_taken_done_or_dropped_on_the_workbench_either",
    "leads/services/calls.py:_barred may actor.may(Capability.SALES_WORK)":
        "src/qibu/leads/tests/test_unclaimed.py::test_its_call_is_done_by_who_shares_out_work_calls_for_the_store_or_claimed_it",
    "leads/services/pool.py:_held same lead.consultant_id not in {None, actor.staff_id}":
        "tests/test_own_alone.py::test_who_sees_a_colleagues_lead_neither_takes_it_nor_gives_it_back_nor_calls",
    "leads/services/pool.py:_seller own actor.staff_id or 0":
        "src/qibu/leads/tests/test_pool.py::TestClaims::test_whoever_was_slower_hears_who_was_faster",
    "leads/services/pool.py:release require actor.require(Capability.SALES_ASSIGN)":
        "tests/test_own_alone.py::test_who_sees_a_colleagues_lead_neither_takes_it_nor_gives_it_back_nor_calls",
    "leads/services/pool.py:release same lead.consultant_id != actor.staff_id":
        "tests/test_own_alone.py::test_who_sees_a_colleagues_lead_neither_takes_it_nor_gives_it_back_nor_calls",
    "leads/services/setting_up.py:_own_stages own actor.organisation_id":
        "src/qibu/leads/tests/test_pipeline.py::"
        "test_a_stage_in_use_does_not_vanish_and_its_leads_go_where_somebody_says",
    "leads/services/sharing.py:_check own actor.organisation_id":
        "tests/test_own_alone.py::test_a_rule_may_be_called_as_one_above",
    "leads/services/sharing.py:_policy own actor.organisation_id":
        "src/qibu/leads/tests/test_allocating.py::test_the_nearest_organisation_that_says_a_number_counts",
    "leads/setting_views.py:loss same row.organisation_id == request.actor.organisation_id":
        "tests/test_own_alone.py::test_the_page_of_what_is_inherited_gives_nothing_back[leads:loss]",
    "leads/slots.py:_page may current_actor().may(Capability.SALES_VIEW)":
        "tests/test_own_alone.py::test_who_only_looks_is_offered_nothing_more[technician]",
    "leads/slots.py:actions may actor.may(Capability.SALES_ASSIGN)":
        "tests/test_own_alone.py::test_who_sees_a_colleagues_lead_neither_takes_it_nor_gives_it_back_nor_calls",
    "leads/slots.py:actions same lead.consultant_id == actor.staff_id":
        "tests/test_own_alone.py::test_who_sees_a_colleagues_lead_neither_takes_it_nor_gives_it_back_nor_calls",
    "leads/slots.py:navigation may actor_of(request).may(Capability.SALES_WORK)":
        "tests/test_menu.py::test_the_bar_of_a_telephone_has_what_one_works_with",
    "leads/slots.py:task_panel may actor.may(Capability.SALES_WORK)":
        "src/qibu/leads/tests/test_unclaimed.py::test_its_call_is_done_by_who_shares_out_work_calls_for_the_store_or_claimed_it",
    "leads/slots.py:task_panel visible selectors.visible(actor)":
        "tests/test_own_alone.py::test_a_colleagues_lead_is_on_no_list",
    "leads/slots.py:untaken may actor.may(Capability.SALES_ASSIGN)":
        "src/qibu/leads/tests/test_allocating.py::test_whoever_is_full_says_so_and_who_shares_out_work_is_told",
    "leads/views.py:_head may actor.may(Capability.SALES_ASSIGN)":
        "tests/test_own_alone.py::test_who_only_looks_is_offered_nothing_more[call_agent]",
    "leads/views.py:_head may actor.may(Capability.SALES_WORK)":
        "tests/test_own_alone.py::test_who_only_looks_is_offered_nothing_more[call_agent]",
    "leads/views.py:_next may actor.may(Capability.SALES_WORK)":
        "tests/test_own_alone.py::test_who_only_looks_is_offered_nothing_more[care_manager]",
    "leads/views.py:_next may actor.may(Capability.TASKS_VIEW_ALL)":
        "tests/test_own_alone.py::test_who_sees_a_colleagues_lead_neither_takes_it_nor_gives_it_back_nor_calls",
    "leads/views.py:_next same task.assignee_id in {None, actor.staff_id}":
        "tests/test_own_alone.py::test_who_sees_a_colleagues_lead_neither_takes_it_nor_gives_it_back_nor_calls",
    "leads/views.py:_sees_file visible customers.visible(request.actor)":
        "tests/test_own_alone.py::test_a_lead_of_the_pool_does_not_open_the_file_of_a_colleagues_customer",
    "leads/views_sharing.py:_page may actor.may(Capability.SALES_ASSIGN)":
        "tests/test_own_alone.py::test_who_leads_the_network_is_offered_nothing_of_a_stores_work",
    "leads/views_sharing.py:share require request.actor.require(Capability.SALES_ASSIGN)":
        "tests/test_own_alone.py::"
        "test_who_may_not_is_refused_before_what_they_sent_is_read[leads:share-seller-sales_consultant]",
    "network/selectors.py:_to_see may actor.may(Capability.EXPORTS_APPROVE)":
        "src/qibu/contact/tests/test_pages.py::test_a_person_chooses_what_to_get_where_letters_are_written_at_all",
    "network/selectors.py:_to_see own actor.staff_id":
        "tests/test_exports.py::test_who_agrees_is_told_and_has_it_off_the_list_once_seen",
    "network/selectors.py:export_news own actor.staff_id":
        "tests/test_exports.py::test_who_agrees_is_told_and_has_it_off_the_list_once_seen",
    "network/selectors.py:export_news same one.by_id != actor.staff_id":
        "tests/test_exports.py::test_who_agrees_is_told_and_has_it_off_the_list_once_seen",
    "network/selectors.py:export_news same one.by_id == actor.staff_id":
        "tests/test_exports.py::test_the_bell_leads_to_each_thing_that_waits",
    "network/selectors.py:last_sign_ins own actor.staff_id":
        "tests/test_own_alone.py::test_sign_ins_of_others_are_not_ones_own",
    "network/selectors.py:last_verification require actor.require(Capability.AUDIT_VIEW)":
        "tests/test_gates.py::test_a_read_refuses_before_it_looks_at_anything[last_verification]",
    "network/selectors.py:parked may actor.may(Capability.AUDIT_VIEW)":
        "src/qibu/network/tests/test_parked.py::test_who_may_not_read_the_trail_reads_the_kind_of_entry_alone",
    "network/selectors.py:saved_views own _seen_by(actor)":
        "tests/test_saved_views.py::test_a_view_is_ones_own_until_it_is_shared",
    "network/selectors.py:saved_views same view.owner_id != actor.staff_id":
        "tests/test_own_alone.py::test_a_colleagues_view_stays_theirs",
    "network/selectors.py:views_with_field own _seen_by(actor)":
        "tests/test_own_alone.py::test_a_colleagues_view_is_counted_and_not_named",
    "network/selectors.py:with_factor require actor.require(Capability.SECURITY_MANAGE)":
        "tests/test_gates.py::test_a_read_refuses_before_it_looks_at_anything[with_factor]",
    "network/selectors.py:without_factor require actor.require(Capability.SECURITY_MANAGE)":
        "tests/test_gates.py::test_a_read_refuses_before_it_looks_at_anything[without_factor]",
    "network/services/absences.py:_locked require actor.require(Capability.TASKS_ASSIGN)":
        "tests/test_own_alone.py::test_days_of_a_colleague_are_changed_by_who_shares_out_work",
    "network/services/absences.py:_locked same found.staff_id != actor.staff_id":
        "tests/test_own_alone.py::test_days_of_a_colleague_are_changed_by_who_shares_out_work",
    "network/services/absences.py:record require actor.require(Capability.TASKS_ASSIGN)":
        "tests/test_own_alone.py::test_days_of_a_colleague_are_changed_by_who_shares_out_work",
    "network/services/absences.py:record same staff_id != actor.staff_id":
        "tests/test_own_alone.py::test_days_of_a_colleague_are_changed_by_who_shares_out_work",
    "network/services/batches.py:begin require actor.require(deed.capability)":
        "tests/test_own_alone.py::test_an_act_on_many_rows_is_begun_and_taken_back_by_who_may_do_it",
    "network/services/batches.py:undo require actor.require(DEEDS[act.kind].capability)":
        "tests/test_own_alone.py::test_an_act_on_many_rows_is_begun_and_taken_back_by_who_may_do_it",
    "network/services/exports.py:ask require actor.require(sheet.capability)":
        "tests/test_own_alone.py::test_what_leaves_the_house_hangs_on_who_takes_it_now",
    "network/services/exports.py:decide same export.by_id != actor.staff_id":
        "tests/test_exports.py::test_who_asked_hears_once_what_came_of_it",
    "network/services/exports.py:decide same export.by_id == actor.staff_id":
        "tests/test_exports.py::test_many_rows_wait_for_a_colleagues_word",
    "network/services/exports.py:hear same export.by_id == actor.staff_id":
        "tests/test_exports.py::test_who_asked_hears_once_what_came_of_it",
    "network/services/exports.py:note same export.by_id == actor.staff_id":
        "tests/test_exports.py::test_who_agrees_is_told_and_has_it_off_the_list_once_seen",
    "network/services/exports.py:take require actor.require(SHEETS[export.page].capability)":
        "tests/test_own_alone.py::test_what_leaves_the_house_hangs_on_who_takes_it_now",
    "network/services/exports.py:taken_alone own actor.staff_id":
        "tests/test_own_alone.py::test_what_leaves_the_house_hangs_on_who_takes_it_now",
    "network/services/factors.py:reset same place.organisation_id != actor.organisation_id":
        "src/qibu/network/tests/test_second_factor.py::test_another_store_of_the_person_takes_no_lock_off",
    "network/services/factors.py:reset same staff.pk == actor.staff_id":
        "src/qibu/network/tests/test_second_factor.py::"
        "test_a_lost_telephone_is_reset_by_the_manager_and_is_in_the_trail",
    "network/services/organisations.py:found_below same actor.organisation_id not in lineage(parent_id)":
        "tests/test_own_alone.py::test_nobody_founds_a_store_elsewhere",
    "network/services/saved_views.py:_gate_sharing require actor.require(Capability.TASKS_ASSIGN)":
        "tests/test_saved_views.py::test_only_those_who_share_out_work_share_views",
    "network/services/saved_views.py:_make_room own actor.staff_id":
        "tests/test_own_alone.py::test_a_colleagues_view_stays_theirs",
    "network/services/saved_views.py:change same view.owner_id == actor.staff_id":
        "tests/test_own_alone.py::test_a_colleagues_view_stays_theirs",
    "network/services/staff.py:reset_password same place.organisation_id != actor.organisation_id":
        "src/qibu/network/tests/test_pages.py::test_one_store_cannot_take_over_who_works_in_another",
    "network/slots.py:_preset same view.owner_id == actor.staff_id":
        "tests/test_own_alone.py::test_a_colleagues_view_stays_theirs",
    "network/slots.py:no_backup may actor.may(Capability.ORGANISATION_MANAGE)":
        "src/qibu/network/tests/test_keeping.py::test_a_night_without_a_backup_rings_for_managers_with_nobody_above",
    "network/slots.py:stores same place.organisation_id == actor.organisation_id":
        "tests/test_own_alone.py::test_who_works_in_two_stores_is_told_in_which_one_they_are",
    "network/slots.py:title same p.staff_id == actor.staff_id":
        "tests/test_own_alone.py::test_who_works_in_two_stores_is_told_in_which_one_they_are",
    "network/standing.py:lines require actor.require(Capability.SECURITY_MANAGE)":
        "tests/test_gates.py::test_a_read_refuses_before_it_looks_at_anything[lines]",
    "network/standing.py:preview require actor.require(Capability.SECURITY_MANAGE)":
        "tests/test_gates.py::test_a_read_refuses_before_it_looks_at_anything[preview]",
    "network/views/chain.py:chain require request.actor.require(Capability.AUDIT_VIEW)":
        "src/qibu/network/tests/test_chain.py::test_a_digest_is_compared_for_who_reads_the_trail",
    "network/views/exports.py:_decided same export.by_id == request.actor.staff_id":
        "tests/test_exports.py::test_the_word_is_given_on_the_page",
    "network/views/frame.py:switch same wanted not in {str(place.organisation_id) for place in request.places}":
        "src/qibu/network/tests/test_entry.py::test_the_store_can_only_be_switched_to_a_place_of_work",
    "network/views/handovers.py:TakenOver.rows own self.request.actor.staff_id":
        "src/qibu/network/tests/test_handover.py::test_the_page_shows_what_would_go_where_and_then_does_it",
    "network/views/saved_views.py:_page may request.actor.may(Capability.TASKS_ASSIGN)":
        "tests/test_own_alone.py::test_a_colleagues_view_stays_theirs",
    "network/views/saved_views.py:_page same view.owner_id == request.actor.staff_id":
        "tests/test_own_alone.py::test_a_colleagues_view_stays_theirs",
    "network/views/staff.py:_member_page same person.pk == request.actor.staff_id":
        "src/qibu/network/tests/test_second_factor.py::"
        "test_a_lost_telephone_is_reset_by_the_manager_and_is_in_the_trail",
    "nurturing/lists.py:_by_text visible customers.visible(current_actor())":
        "tests/test_own_alone.py::test_a_row_one_sees_is_not_found_by_a_customer_whom_one_may_not_see",
    "nurturing/selectors/sendings.py:runs visible leads.visible(actor)":
        "tests/test_own_alone.py::test_what_hangs_on_a_colleagues_lead_is_not_there",
    "nurturing/selectors/sendings.py:sendings visible leads.visible(actor)":
        "tests/test_own_alone.py::test_nor_is_it_on_any_list",
    "nurturing/slots.py:_page may current_actor().may(Capability.SALES_VIEW)":
        "tests/test_own_alone.py::test_who_only_looks_is_offered_nothing_more[technician]",
    "nurturing/slots.py:panel may actor_of(request).may(Capability.SALES_WORK)":
        "tests/test_own_alone.py::test_who_only_looks_is_offered_nothing_more[call_agent]",
    "nurturing/slots.py:task_panel may actor.may(Capability.SALES_WORK)":
        "tests/test_own_alone.py::test_beside_a_task_stands_what_may_be_seen_of_a_quotation_and_sent",
    "nurturing/views/library.py:_rights may actor.may(Capability.SALES_VIEW)":
        "tests/test_own_alone.py::test_who_leads_the_network_is_offered_nothing_of_a_stores_work",
    "nurturing/views/sequences.py:sequence may request.actor.may(Capability.SALES_VIEW)":
        "tests/test_own_alone.py::test_who_leads_the_network_is_offered_nothing_of_a_stores_work",
    "nurturing/views/sequences.py:sequence_list may request.actor.may(Capability.SALES_VIEW)":
        "tests/test_own_alone.py::test_who_leads_the_network_is_offered_nothing_of_a_stores_work",
    "orders/lists.py:OrderList.rows visible selectors.visible(self.actor)":
        "tests/test_own_alone.py::test_nor_is_it_on_any_list",
    "orders/lists.py:_by_text visible customers.visible(current_actor())":
        "tests/test_own_alone.py::test_a_row_one_sees_is_not_found_by_a_customer_whom_one_may_not_see",
    "orders/selectors/orders.py:of_customer visible visible(actor)":
        "tests/test_own_alone.py::test_nothing_is_read_of_it",
    "orders/selectors/orders.py:of_lead visible visible(actor)":
        "tests/test_own_alone.py::test_nothing_is_read_of_it",
    "orders/selectors/orders.py:order_or_404 visible visible(actor)":
        "tests/test_own_alone.py::test_what_hangs_on_a_colleagues_lead_is_not_there",
    "orders/selectors/orders.py:to_decide visible visible(actor)":
        "tests/test_own_alone.py::test_nothing_is_read_of_it",
    "orders/selectors/orders.py:visible may actor.may(Capability.PAYMENTS)":
        "tests/test_own_alone.py::test_nor_is_it_on_any_list",
    "orders/selectors/orders.py:visible visible leads.visible(actor)":
        "tests/test_own_alone.py::test_nor_is_it_on_any_list",
    "orders/selectors/stock.py:stock may actor.may(Capability.SALES_MANAGE)":
        "tests/test_own_alone.py::test_cars_of_the_store_are_shown_to_who_sells",
    "orders/selectors/stock.py:stock may actor.may(Capability.SALES_VIEW)":
        "tests/test_own_alone.py::test_cars_of_the_store_are_shown_to_who_sells",
    "orders/services/cancelling.py:ask may actor.may(Capability.SALES_APPROVE)":
        "src/qibu/orders/tests/test_pages.py::test_an_empty_refund_is_what_the_law_grants",
    "orders/services/cancelling.py:ask_further may actor.may(Capability.SALES_APPROVE)":
        "src/qibu/orders/tests/test_services.py::test_what_was_paid_while_a_cancellation_waited_is_given_back_by_a_further_word",
    "orders/services/orders.py:_consequences may actor.may(Capability.SALES_APPROVE)":
        "src/qibu/orders/tests/test_services.py::"
        "test_a_change_beyond_the_limits_waits_again_and_another_model_lets_go_of_the_car",
    "orders/services/orders.py:submit may actor.may(Capability.SALES_APPROVE)":
        "src/qibu/orders/tests/test_services.py::test_beyond_the_limits_somebody_else_agrees",
    "orders/slots.py:lead_actions may actor.may(Capability.SALES_WORK)":
        "tests/test_own_alone.py::test_who_only_looks_is_offered_nothing_more[call_agent]",
    "orders/slots.py:quote_actions may actor_of(request).may(Capability.SALES_WORK)":
        "tests/test_own_alone.py::test_who_only_looks_is_offered_nothing_more[call_agent]",
    "orders/slots.py:sees may actor.may(Capability.SALES_VIEW)":
        "tests/test_menu.py::test_the_menu_and_the_settings_stay_calm",
    "orders/slots.py:to_decide may actor.may(Capability.SALES_APPROVE)":
        "tests/test_own_alone.py::test_what_waits_for_a_word_is_told_to_who_may_say_it",
    "orders/stock_views.py:car visible selectors.visible(request.actor)":
        "tests/test_own_alone.py::test_nothing_is_read_of_it",
    "orders/views.py:detail may actor.may(Capability.SALES_APPROVE)":
        "tests/test_own_alone.py::test_who_only_looks_is_offered_nothing_more[marketing]",
    "quotes/lists.py:QuoteList.rows visible selectors.visible(self.actor)":
        "tests/test_own_alone.py::test_nor_is_it_on_any_list",
    "quotes/lists.py:_by_text visible customers.visible(current_actor())":
        "tests/test_own_alone.py::test_a_row_one_sees_is_not_found_by_a_customer_whom_one_may_not_see",
    "quotes/selectors/quotes.py:quote_or_404 visible visible(actor)":
        "tests/test_own_alone.py::test_what_hangs_on_a_colleagues_lead_is_not_there",
    "quotes/selectors/quotes.py:visible visible leads.visible(actor)":
        "tests/test_own_alone.py::test_nor_is_it_on_any_list",
    "quotes/services/approvals.py:_approver own actor.staff_id or 0":
        "tests/test_own_alone.py::test_an_offer_is_agreed_to_by_ones_superior_and_not_by_oneself",
    "quotes/services/approvals.py:refusal same quote.asked_by_id == actor.staff_id":
        "src/qibu/quotes/tests/test_quoting.py::test_whoever_may_agrees_and_the_asker_finds_it_on_the_workbench",
    "quotes/slots.py:_page may current_actor().may(Capability.SALES_VIEW)":
        "tests/test_own_alone.py::test_who_only_looks_is_offered_nothing_more[technician]",
    "quotes/slots.py:panel may actor_of(request).may(Capability.SALES_WORK)":
        "tests/test_own_alone.py::test_beside_a_task_stands_what_may_be_seen_of_a_quotation_and_sent",
    "quotes/slots.py:task_panel visible selectors.visible(actor_of(request))":
        "tests/test_own_alone.py::test_beside_a_task_stands_what_may_be_seen_of_a_quotation_and_sent",
    "quotes/views.py:_what_is_next may actor.may(Capability.SALES_APPROVE)":
        "tests/test_own_alone.py::test_who_only_looks_is_offered_nothing_more[call_agent]",
    "showroom/lists.py:VisitorList.rows visible selectors.visible(self.actor)":
        "tests/test_own_alone.py::test_visitors_of_other_days_are_ones_own",
    "showroom/lists.py:_by_text visible customers.visible(current_actor())":
        "tests/test_own_alone.py::test_a_visitor_leads_to_no_file_and_no_lead_of_a_colleague",
    "showroom/selectors/visitors.py:report require actor.require(Capability.SALES_VIEW_ALL)":
        "tests/test_gates.py::test_a_read_refuses_before_it_looks_at_anything[report]",
    "showroom/selectors/visitors.py:visible may actor.may(Capability.SALES_RECEIVE)":
        "tests/test_own_alone.py::test_visitors_of_other_days_are_ones_own",
    "showroom/selectors/visitors.py:visible may actor.may(Capability.SALES_VIEW_ALL)":
        "tests/test_own_alone.py::test_visitors_of_other_days_are_ones_own",
    "showroom/selectors/visitors.py:visible own actor.staff_id or 0":
        "tests/test_own_alone.py::test_visitors_of_other_days_are_ones_own",
    "showroom/selectors/visitors.py:visitor_or_404 visible visible(actor)":
        "tests/test_own_alone.py::test_visitors_of_other_days_are_ones_own",
    "showroom/selectors/visitors.py:with_files visible customers.visible(actor)":
        "tests/test_own_alone.py::test_a_visitor_leads_to_no_file_and_no_lead_of_a_colleague",
    "showroom/services/reception.py:call own actor.staff_id or 0":
        "tests/test_own_alone.py::test_who_does_not_sell_takes_no_call_for_themselves",
    "showroom/services/turns.py:mark require actor.require(Capability.SALES_ASSIGN)":
        "tests/test_own_alone.py::test_a_colleague_is_marked_busy_by_who_leads",
    "showroom/services/turns.py:mark same staff_id != actor.staff_id":
        "tests/test_own_alone.py::test_a_colleague_is_marked_busy_by_who_leads",
    "showroom/views.py:_board may actor.may(Capability.SALES_ASSIGN)":
        "tests/test_own_alone.py::test_a_colleague_is_marked_busy_by_who_leads",
    "showroom/views.py:_board visible visible(actor)":
        "tests/test_own_alone.py::test_a_visitor_leads_to_no_file_and_no_lead_of_a_colleague",
    "showroom/views.py:_found visible visible(actor)":
        "tests/test_own_alone.py::test_reception_finds_the_file_and_not_the_lead_that_it_may_not_see",
    "showroom/views.py:call own request.actor.staff_id or 0":
        "tests/test_own_alone.py::test_who_does_not_sell_takes_no_call_for_themselves",
    "showroom/views.py:visitor visible visible(request.actor)":
        "tests/test_own_alone.py::test_a_visitor_leads_to_no_file_and_no_lead_of_a_colleague",
    "spotchecks/inheriting.py:of_standard same source == actor.organisation_id":
        "tests/test_own_alone.py::test_only_what_is_said_here_can_be_given_back",
    "spotchecks/selectors.py:draws may actor.may(Capability.SALES_VIEW_ALL)":
        "tests/test_own_alone.py::test_what_customers_said_is_read_by_who_sees_all_and_never_by_whom_it_is_about",
    "spotchecks/selectors.py:ledger may actor.may(Capability.SALES_APPROVE)":
        "tests/test_own_alone.py::test_what_customers_said_is_read_by_who_sees_all_and_never_by_whom_it_is_about",
    "spotchecks/selectors.py:ledger own actor.staff_id or 0":
        "tests/test_own_alone.py::test_what_customers_said_is_read_by_who_sees_all_and_never_by_whom_it_is_about",
    "spotchecks/selectors.py:proposals may actor.may(Capability.SALES_VIEW_ALL)":
        "tests/test_own_alone.py::test_what_customers_said_is_read_by_who_sees_all_and_never_by_whom_it_is_about",
    "spotchecks/selectors.py:proposals own actor.staff_id or 0":
        "tests/test_own_alone.py::test_what_customers_said_is_read_by_who_sees_all_and_never_by_whom_it_is_about",
    "spotchecks/selectors.py:scores may actor.may(Capability.SALES_VIEW_ALL)":
        "tests/test_own_alone.py::test_what_customers_said_is_read_by_who_sees_all_and_never_by_whom_it_is_about",
    "spotchecks/selectors.py:scores own actor.staff_id or 0":
        "tests/test_own_alone.py::test_what_customers_said_is_read_by_who_sees_all_and_never_by_whom_it_is_about",
    "spotchecks/selectors.py:visible may actor.may(Capability.SALES_VIEW_ALL)":
        "tests/test_own_alone.py::test_what_customers_said_is_read_by_who_sees_all_and_never_by_whom_it_is_about",
    "spotchecks/selectors.py:visible own actor.staff_id or 0":
        "tests/test_own_alone.py::test_what_customers_said_is_read_by_who_sees_all_and_never_by_whom_it_is_about",
    "spotchecks/views.py:EditStandard.context own self.actor.organisation_id":
        "tests/test_own_alone.py::test_the_page_of_what_is_inherited_gives_nothing_back[spotchecks:standard]",
    "spotchecks/views.py:Settles.back may self.actor.may(Capability.SALES_VIEW_ALL)":
        "tests/test_own_alone.py::test_who_leads_the_network_is_offered_nothing_of_a_stores_work",
    "tasks/selectors/lists.py:_for_ones_desk may actor.may(Capability.TASKS_ASSIGN)":
        "src/qibu/tasks/tests/test_pages.py::test_the_second_of_two_hears_who_was_first",
    "tasks/selectors/lists.py:_told own actor.staff_id or 0":
        "tests/test_own_alone.py::test_tasks_are_seen_by_whom_they_lie_with_or_were_told_of",
    "tasks/selectors/lists.py:is_later may actor.may(Capability.TASKS_VIEW_ALL)":
        "src/qibu/tasks/tests/test_pages.py::test_the_tile_counts_what_the_list_behind_it_shows",
    "tasks/selectors/lists.py:is_later own actor.staff_id":
        "src/qibu/tasks/tests/test_pages.py::test_the_tile_counts_what_the_list_behind_it_shows",
    "tasks/selectors/lists.py:later_of own is_later(actor, now)":
        "src/qibu/tasks/tests/test_pages.py::test_every_figure_of_the_team_opens_as_many_rows",
    "tasks/selectors/lists.py:pool_of own _in_pool(actor)":
        "src/qibu/tasks/tests/test_tasks.py::test_the_pool_shows_each_desk_its_own_and_hides_customers_of_others",
    "tasks/selectors/lists.py:visible_tasks may actor.may(Capability.TASKS_WORK)":
        "tests/test_own_alone.py::test_tasks_are_seen_by_whom_they_lie_with_or_were_told_of",
    "tasks/selectors/team.py:absence_or_404 require actor.require(Capability.TASKS_WORK)":
        "tests/test_own_alone.py::test_days_off_are_the_business_of_who_works_here",
    "tasks/selectors/team.py:absences_for may actor.may(Capability.TASKS_ASSIGN)":
        "src/qibu/tasks/tests/test_colleagues.py::test_absences_of_colleagues_are_listed_for_who_shares_out_work",
    "tasks/selectors/team.py:absences_for own actor.staff_id or 0":
        "src/qibu/tasks/tests/test_colleagues.py::test_absences_of_colleagues_are_listed_for_who_shares_out_work",
    "tasks/selectors/team.py:absences_for same one.staff_id != actor.staff_id":
        "tests/test_own_alone.py::test_the_workbench_knows_whose_it_is",
    "tasks/selectors/workbench.py:backlog same staff_id != actor.staff_id":
        "src/qibu/tasks/tests/test_pages.py::test_the_tile_counts_what_the_list_behind_it_shows",
    "tasks/selectors/workbench.py:people may actor.may(Capability.TASKS_VIEW_ALL)":
        "tests/test_own_alone.py::test_tasks_are_seen_by_whom_they_lie_with_or_were_told_of",
    "tasks/selectors/workbench.py:whose may actor.may(Capability.TASKS_VIEW_ALL)":
        "src/qibu/tasks/tests/test_pages.py::test_only_with_the_right_one_looks_at_a_colleagues_list",
    "tasks/services/breaches.py:explain own actor.staff_id":
        "tests/test_own_alone.py::test_tasks_are_seen_by_whom_they_lie_with_or_were_told_of",
    "tasks/services/calendars.py:drop_all_days own actor.organisation_id":
        "tests/test_own_alone.py::test_days_that_are_shipped_are_not_dropped_with_ones_own",
    "tasks/services/clocks.py:_told own actor.staff_id or 0":
        "src/qibu/tasks/tests/test_clocks.py::test_a_delay_is_taken_on_once_and_by_who_may",
    "tasks/services/clocks.py:may_hold own actor.staff_id or 0":
        "tests/test_own_alone.py::test_tasks_are_seen_by_whom_they_lie_with_or_were_told_of",
    "tasks/services/clocks.py:take_on same clock.taken_by_id != actor.staff_id":
        "src/qibu/tasks/tests/test_clocks.py::test_a_delay_is_taken_on_once_and_by_who_may",
    "tasks/services/printing.py:with_numbers require actor.require(Capability.TASKS_VIEW_ALL)":
        "src/qibu/tasks/tests/test_colleagues.py::test_numbers_of_a_colleagues_list_take_the_right_to_see_it",
    "tasks/services/printing.py:with_numbers same whose.pk != actor.staff_id":
        "src/qibu/tasks/tests/test_colleagues.py::test_numbers_of_a_colleagues_list_take_the_right_to_see_it",
    "tasks/services/results.py:_check may actor.may(Capability.TASKS_VIEW_ALL)":
        "tests/test_own_alone.py::test_a_colleagues_task_is_neither_closed_nor_taken",
    "tasks/services/results.py:_check same task.assignee_id not in {None, actor.staff_id}":
        "tests/test_own_alone.py::test_a_colleagues_task_is_neither_closed_nor_taken",
    "tasks/services/tasks.py:claim same task.assignee_id == actor.staff_id":
        "src/qibu/tasks/tests/test_tasks.py::test_of_two_who_take_the_same_task_the_second_hears_who_was_first",
    "tasks/slots.py:_actor may found.may(Capability.TASKS_WORK)":
        "tests/test_own_alone.py::test_the_workbench_knows_whose_it_is",
    "tasks/slots.py:calendar_alarm may actor.may(Capability.ORGANISATION_MANAGE)":
        "tests/test_own_alone.py::test_the_workbench_knows_whose_it_is",
    "tasks/slots.py:calendar_alarm may actor.may(Capability.TASKS_ASSIGN)":
        "tests/test_own_alone.py::test_the_workbench_knows_whose_it_is",
    "tasks/slots.py:customer_promises may actor.may(Capability.TASKS_VIEW_ALL)":
        "tests/test_own_alone.py::test_of_a_colleagues_task_that_one_made_nothing_is_offered_that_is_theirs",
    "tasks/slots.py:customer_promises same task.assignee_id in {None, actor.staff_id}":
        "tests/test_own_alone.py::test_of_a_colleagues_task_that_one_made_nothing_is_offered_that_is_theirs",
    "tasks/slots.py:waiting same staff_id != actor.staff_id":
        "tests/test_own_alone.py::test_the_workbench_knows_whose_it_is",
    "tasks/views/absences.py:absence same asked != str(request.actor.staff_id)":
        "tests/test_own_alone.py::test_a_colleagues_task_is_neither_closed_nor_taken",
    "tasks/views/absences.py:end require request.actor.require(Capability.TASKS_WORK)":
        "tests/test_own_alone.py::test_days_off_are_the_business_of_who_works_here",
    "tasks/views/bench.py:Bench.own same self.staff.pk == self.request.actor.staff_id":
        "tests/test_own_alone.py::test_the_workbench_knows_whose_it_is",
    "tasks/views/items.py:_detail may actor.may(Capability.TASKS_ASSIGN)":
        "tests/test_own_alone.py::test_of_a_colleagues_task_that_one_made_nothing_is_offered_that_is_theirs",
    "tasks/views/items.py:_detail same task.assignee_id == actor.staff_id":
        "tests/test_own_alone.py::test_of_a_colleagues_task_that_one_made_nothing_is_offered_that_is_theirs",
    "tasks/views/items.py:phone may request.actor.may(Capability.TASKS_VIEW_ALL)":
        "src/qibu/tasks/tests/test_colleagues.py::"
        "test_of_a_colleagues_late_call_one_hears_but_the_number_stays_hidden",
    "tasks/views/items.py:phone same task.assignee_id not in {None, request.actor.staff_id}":
        "src/qibu/tasks/tests/test_colleagues.py::"
        "test_of_a_colleagues_late_call_one_hears_but_the_number_stays_hidden",
    "tasks/views/lists.py:TaskList._of_view own actor.staff_id":
        "tests/test_own_alone.py::test_a_colleagues_task_is_neither_closed_nor_taken",
    "tasks/views/lists.py:TaskList.presets may _actor(self.request).may(Capability.TASKS_VIEW_ALL)":
        "tests/test_own_alone.py::test_a_colleagues_task_is_neither_closed_nor_taken",
    "tasks/views/panels.py:_mine may actor.may(Capability.TASKS_VIEW_ALL)":
        "tests/test_own_alone.py::test_of_a_colleagues_task_that_one_made_nothing_is_offered_that_is_theirs",
    "tasks/views/panels.py:_mine same task.assignee_id in {None, actor.staff_id}":
        "tests/test_own_alone.py::test_of_a_colleagues_task_that_one_made_nothing_is_offered_that_is_theirs",
    "tasks/views/panels.py:customer_url may actor.may(Capability.CUSTOMERS_VIEW)":
        "tests/test_own_alone.py::test_who_may_not_hear_numbers_or_open_files_is_not_offered_them",
    "tasks/views/panels.py:panel_context may request.actor.may(Capability.PHONE_REVEAL)":
        "tests/test_own_alone.py::test_who_may_not_hear_numbers_or_open_files_is_not_offered_them",
    "tasks/views/printing.py:printed may request.actor.may(Capability.PHONE_REVEAL)":
        "tests/test_own_alone.py::test_who_may_not_hear_numbers_or_open_files_is_not_offered_them",
    "ui/slots.py:_may may actor.may(capability)":
        "tests/test_menu.py::test_the_menu_and_the_settings_stay_calm",
    "vehicles/portfolio.py:cars visible visible(actor)":
        "tests/test_own_alone.py::test_a_hand_over_names_no_car_of_theirs",
    "vehicles/selectors/cars.py:owners_of visible customers.visible(actor)":
        "tests/test_own_alone.py::test_cars_and_their_owners_are_shown_as_far_as_people_are",
    "vehicles/selectors/cars.py:visible may actor.may(Capability.CUSTOMERS_VIEW)":
        "tests/test_own_alone.py::test_cars_and_their_owners_are_shown_as_far_as_people_are",
    "vehicles/selectors/privacy.py:told_people visible customers.visible(actor)":
        "tests/test_own_alone.py::test_nobody_is_told_beside_a_car_whom_one_may_not_see",
    "vehicles/selectors/transfers.py:named same one.by_id == actor.staff_id":
        "tests/test_own_alone.py::test_cars_and_their_owners_are_shown_as_far_as_people_are",
    "vehicles/selectors/transfers.py:named visible customers.visible(actor)":
        "tests/test_own_alone.py::test_cars_and_their_owners_are_shown_as_far_as_people_are",
    "vehicles/selectors/transfers.py:transfer_or_404 require actor.require(Capability.CUSTOMERS_VIEW)":
        "tests/test_gates.py::test_a_read_refuses_before_it_looks_at_anything[transfer_or_404]",
    "vehicles/views.py:Transfer.act visible selectors.visible(self.actor)":
        "tests/test_own_alone.py::test_who_sells_a_car_that_a_colleagues_customer_drives_is_led_away_from_it",
}  # fmt: skip
