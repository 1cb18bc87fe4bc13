"""Whole lifecycles of requests, driven through a running service by an official Graph client for Python.

    python life.py v1.0|beta HOST [HOST...]

Calls go to the hosts in turn. Each line of the output is one operation: client, operation, result, separated by tabs. The
exit code is 1 if an operation fails.
"""

import asyncio
import sys
import traceback
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from uuid import uuid4

from sdk import V1, Beta

ADA, BOB, GRACE, EDITH, OSCAR, BADGE, RISK, SCOUT, MALLORY = (f"a0000000-0000-4000-8000-{n:012}" for n in range(1, 10))
TEXT, CHOICE = (f"d0000000-0000-4000-8000-{n:012}" for n in (21, 22))
SALES, CUSTOMERS, BADGES, RISKS, BROKEN, MANUAL, MANUAL_RISK, CHECKED = 1, 2, 3, 4, 5, 6, 17, 18
RELATIONS = [
    "target", "createdBy", "approver", "targetOrRequestor", "targetManager", "requestForOthers",
    "targetAgentIdentitySponsorOrOwner",
]


def package(number):
    return f"b0000000-0000-4000-8000-{number:012}"


def policy(number):
    return f"c0000000-0000-4000-8000-{number:012}"


class Scenarios:
    def __init__(self, sdk):
        self.sdk = sdk
        self.failed = 0
        self.began = datetime.now(timezone.utc)

    # ---- What every scenario uses ----

    @contextmanager
    def operation(self, name):
        """Prints how an operation went. `notes` says what differs from the plain use of the client."""
        notes = []
        result = "works"
        try:
            yield notes
            if any(notes):
                result += " (" + "; ".join(note for note in notes if note) + ")"
        except Exception as error:  # every fault of a client or of the service is a failed operation
            self.failed += 1
            result = "FAILED: " + self.told(error).replace("\n", " ")[:300]
            traceback.print_exc()
        print(self.sdk.label, name, result, sep="\t", flush=True)

    def told(self, error):
        if isinstance(error, self.sdk.error) and error.error:
            return f"{error.response_status_code} {error.error.code}: {error.error.message}"
        return f"{type(error).__name__}: {error}"

    async def fails(self, call, *statuses):
        """Checks that the call fails with one of the statuses, and returns the SDK's own error."""
        try:
            answer = await call
        except self.sdk.error as error:
            assert error.response_status_code in statuses, f"expected {statuses}, found {self.told(error)}"
            assert error.error.message and error.error.inner_error.date, "the error lacks its message or its date"
            return error
        raise AssertionError(f"expected {statuses}, found {answer}")

    async def refused(self, call, status, code):
        """Checks that the call is refused with a status and a code."""
        error = await self.fails(call, status)
        assert error.error.code == code, f"expected {code}, found {self.told(error)}"
        return error

    async def create(self, token, kind, number=None, **members):
        request, note = self.draft(kind, number, **members)
        created = await self.sdk.requests(token).post(request)
        assert created.id and self.sdk.is_of_type(created, kind), created.request_type
        return created, note

    def draft(self, kind, number=None, policy_number=None, target=None, assignment=None, **members):
        ids = {"id": assignment} if assignment else {}
        if number:
            ids["access_package_id"] = package(number)
            ids["assignment_policy_id"] = policy(policy_number or number)
        if isinstance(target, str):
            ids["target_id"] = target
        elif target:
            ids["target"] = target
        return self.sdk.draft(kind, ids, **members)

    async def until(self, token, request, state, status=None):
        """Reads the request until it is in a state and a status."""
        found = None
        for _ in range(200):
            found = await self.sdk.request(token, request).get()
            if self.sdk.state(found) == state and status in (None, self.sdk.status(found)):
                return found
            await asyncio.sleep(0.05)
        raise AssertionError(f"expected {state} {status or ''}, found {self.sdk.state(found)} {self.sdk.status(found)}")

    async def delivered(self, token, kind, number=None, **members):
        """Creates a request and waits until it is delivered. Returns the id of the assignment as well."""
        created, note = await self.create(token, kind, number, **members)
        await self.until(token, created.id, "delivered")
        return created.id, await self.assignment(token, created.id), note

    async def assignment(self, token, request):
        expanded = await self.sdk.query(self.sdk.request(token, request), expand=[self.sdk.expand_assignment])
        id = self.sdk.assignment_of(expanded).id
        assert id, "the expanded assignment has no id"
        return id

    async def callout(self, token, request):
        """Returns the id of the callout that the request waits for."""
        found = await self.until(token, request, "submitted", "WaitingForCallback")
        return found.custom_extension_callout_instances[-1].id

    def customer_answers(self, region="north"):
        return [self.sdk.answer(TEXT, "Analytical Engine"), self.sdk.answer(CHOICE, region)]

    async def pending(self, token="ada", region="north"):
        created, _ = await self.create(
            token, "userAdd", CUSTOMERS, answers=self.customer_answers(region), justification="for the report"
        )
        await self.until(token, created.id, "pendingApproval", "PendingApproval")
        return created.id

    async def listed(self, request, token, builder):
        """Reads a list until the request is in it: the approvers are recorded soon after the stage was opened."""
        for _ in range(50):
            found = await self.sdk.all_pages(token, await builder.get())
            if request in [one.id for one in found]:
                return
            await asyncio.sleep(0.1)
        raise AssertionError(f"{request} is not in the list")

    async def first_stage(self, token, approval):
        return (await self.sdk.stages(token, approval).get()).value[0]

    # ---- The scenarios ----

    async def self_service(self):
        sdk, until = self.sdk, datetime.now(timezone.utc) + timedelta(days=20)
        with self.operation("getApplicablePolicyRequirements"):
            found = (await sdk.requirements("ada", package(SALES))).value
            assert {one.policy_id for one in found} == {policy(1), policy(11)}, found
            asked = (await sdk.requirements("ada", package(CUSTOMERS))).value[0]
            assert asked.is_requestor_justification_required
            text, choice = sorted(asked.questions, key=lambda question: question.sequence)
            assert (text.id, choice.id) == (TEXT, CHOICE) and len(choice.choices) == 2
            assert type(choice).__name__ == "AccessPackageMultipleChoiceQuestion"
        with self.operation("create userAdd") as notes:
            added, assignment, note = await self.delivered("ada", "userAdd", SALES)
            notes.append(note)
        with self.operation("create userUpdate, with a schedule") as notes:
            schedule = sdk.schedule_until(until)
            updated, _, note = await self.delivered("ada", "userUpdate", assignment=assignment, schedule=schedule)
            shown = await sdk.request("ada", updated).get()
            assert abs(shown.schedule.expiration.end_date_time - until) < timedelta(seconds=1)
            notes.append(note)
        with self.operation("create userExtend") as notes:
            *_, note = await self.delivered("ada", "userExtend", assignment=assignment)
            notes.append(note)
        with self.operation("create adminUpdate") as notes:
            schedule = sdk.schedule_until(until + timedelta(days=1))
            *_, note = await self.delivered("oscar", "adminUpdate", assignment=assignment, schedule=schedule)
            notes.append(note)
        with self.operation("create userRemove") as notes:
            *_, note = await self.delivered("ada", "userRemove", assignment=assignment)
            notes.append(note)
        with self.operation("a request that ended is not delivered twice"):
            await self.refused(sdk.request("oscar", added).reprocess.post(), 409, "notReprocessable")
        with self.operation("create a type that the person may not"):
            draft, _ = self.draft("adminAdd", SALES, target=BOB)
            await self.refused(sdk.requests("ada").post(draft), 403, "notPermitted")
        with self.operation("create with a schedule that starts later, and cancel"):
            schedule = sdk.schedule_until(until, start=datetime.now(timezone.utc) + timedelta(days=2))
            created, _ = await self.create("ada", "userAdd", SALES, schedule=schedule)
            await self.until("ada", created.id, "scheduled", "PendingNotBefore")
            await sdk.request("ada", created.id).cancel.post()
            await self.until("ada", created.id, "canceled", "Canceled")
            await self.refused(sdk.request("ada", created.id).cancel.post(), 409, "alreadyCanceled")
        with self.operation("delete"):
            await sdk.request("oscar", created.id).delete()
            await self.refused(sdk.request("oscar", created.id).get(), 404, "noRequest")

    async def administrators(self):
        sdk = self.sdk
        with self.operation("create adminAdd") as notes:
            _, assignment, note = await self.delivered("oscar", "adminAdd", SALES, target=BOB)
            notes.append(note)
        with self.operation("create adminRemove") as notes:
            *_, note = await self.delivered("oscar", "adminRemove", assignment=assignment)
            notes.append(note)
        with self.operation("create adminAdd, the target by e-mail"):
            request, _, _ = await self.delivered(
                "oscar", "adminAdd", SALES, target=sdk.subject(email="bob@contoso.example")
            )
            builder = sdk.requests("bob").filter_by_current_user_with_on("target")
            found = (await sdk.query(builder, top=10, orderby=["createdDateTime desc"])).value
            assert request in [one.id for one in found], "the person with that address does not find the request"

    async def others(self):
        with self.operation("create onBehalfAdd, by a manager") as notes:
            created, _, note = await self.delivered("grace", "onBehalfAdd", SALES, target=ADA)
            notes.append(note)
            await self.sdk.request("ada", created).get()
        with self.operation("create onBehalfAdd, by the sponsor of an agent"):
            await self.delivered("ada", "onBehalfAdd", SALES, target=SCOUT)
        with self.operation("create userAdd for another person"):
            await self.delivered("grace", "userAdd", SALES, target=BOB)
        with self.operation("create on behalf of a stranger is refused"):
            draft, _ = self.draft("onBehalfAdd", SALES, target=ADA)
            await self.fails(self.sdk.requests("mallory").post(draft), 400, 403)

    async def answers_and_approval(self):
        sdk = self.sdk
        with self.operation("create without required answers is refused, with details"):
            draft, _ = self.draft("userAdd", CUSTOMERS)
            error = await self.refused(sdk.requests("ada").post(draft), 400, "invalidRequest")
            codes = [detail.code for detail in error.error.details]
            assert "requiredAnswerMissing" in codes and "missing" in codes, codes
        with self.operation("create userAdd, with answers and a justification"):
            request = await self.pending()
            shown = await sdk.request("ada", request).get()
            assert shown.justification == "for the report"
            values = {answer.answered_question.id: answer.value for answer in shown.answers}
            assert values == {TEXT: "Analytical Engine", CHOICE: "north"}, values
        with self.operation("list approvals"):
            await self.listed(request, "grace", sdk.approvals("grace"))
        for on in ("approver", "createdBy", "target"):
            with self.operation(f"approvals filterByCurrentUser({on})"):
                token = "grace" if on == "approver" else "ada"
                await self.listed(request, token, sdk.approvals(token).filter_by_current_user_with_on(on))
        with self.operation("get approval"):
            approval = sdk.approvals("grace").by_approval_id(request)
            assert (await approval.get()).id == request
            expanded = await sdk.query(approval, expand=["stages" if sdk.generation == "v1.0" else "steps"])
            assert len(sdk.stages_of(expanded)) == 1
        with self.operation("list stages"):
            stage = await self.first_stage("grace", request)
            assert stage.assigned_to_me and stage.status == "InProgress" and stage.review_result == "NotReviewed"
        with self.operation("count approvals and stages"):
            assert await sdk.approvals("grace").count.get() >= 1
            assert await sdk.stages("grace", request).count.get() == 1
        with self.operation("get stage"):
            again = await sdk.stage("grace", request, stage.id).get()
            assert again.id == stage.id
        with self.operation("decide as the requestor is refused"):
            own = await sdk.stage("ada", request, stage.id).get()
            own.review_result = "Approve"
            await self.fails(sdk.stage("ada", request, stage.id).patch(own), 403, 404)
        with self.operation("decide before the escalation is refused"):
            body = sdk.model("ApprovalStage" if sdk.generation == "v1.0" else "ApprovalStep")(review_result="Approve")
            await self.fails(sdk.stage("edith", request, stage.id).patch(body), 403, 404)
        with self.operation("decide: read the stage, change it, send it back"):
            again.review_result, again.justification = "Approve", "she runs the project"
            await sdk.stage("grace", request, stage.id).patch(again)
            await self.until("ada", request, "delivered", "Fulfilled")
            decided = await sdk.stage("grace", request, stage.id).get()
            assert (decided.review_result, decided.justification) == ("Approve", "she runs the project")
            assert decided.reviewed_by.id == GRACE and decided.reviewed_date_time
        with self.operation("decide again is refused"):
            await self.refused(sdk.stage("grace", request, stage.id).patch(decided), 409, "alreadyDecided")
            decided.review_result = "Deny"
            await self.refused(sdk.stage("grace", request, stage.id).patch(decided), 409, "stageAlreadyDecided")
        with self.operation("decide: deny"):
            denied = await self.pending(region="The south")
            stage = await self.first_stage("grace", denied)
            stage.review_result = "Deny"
            await sdk.stage("grace", denied, stage.id).patch(stage)
            assert sdk.completed(await self.until("ada", denied, "denied", "Denied"))
        with self.operation("create approverRemove") as notes:
            assignment = await self.assignment("ada", request)
            removed, _, note = await self.delivered(
                "grace", "approverRemove", assignment=assignment, justification="the project has ended"
            )
            notes.append(note)
        with self.operation("Prefer: include-unknown-enum-members"):
            call = sdk.request("grace", removed).get
            shown, _ = await sdk.with_headers(call, Prefer="include-unknown-enum-members")
            assert shown.request_type == sdk.type_value("approverRemove"), shown.request_type
        with self.operation("cancel"):
            waiting = await self.pending()
            await self.refused(sdk.request("grace", waiting).cancel.post(), 403, "notPermitted")
            await sdk.request("ada", waiting).cancel.post()
            await self.until("ada", waiting, "canceled", "Canceled")

    async def callouts(self):
        sdk = self.sdk
        with self.operation("callout, answered by the receiver"):
            await self.delivered("ada", "userAdd", BADGES)
        with self.operation("resume, with callback data"):
            request, _ = await self.create("ada", "userAdd", MANUAL)
            request = request.id
            callout = await self.callout("ada", request)
            body = sdk.resume_body(callout)
            await self.refused(sdk.request("mallory", request).resume.post(body), 404, "noRequest")
            await self.refused(sdk.request("risk-engine", request).resume.post(body), 404, "noRequest")
            await self.refused(sdk.request("ada", request).resume.post(body), 403, "notPermitted")
            await sdk.request("badge-office", request).resume.post(body)
            await self.until("ada", request, "delivered")
        with self.operation("resume again is refused"):
            await self.refused(sdk.request("badge-office", request).resume.post(body), 409, "alreadyResumed")
            other = sdk.resume_body(callout, state="Canceled")
            await self.refused(sdk.request("badge-office", request).resume.post(other), 409, "resumeConflict")
        with self.operation("resume: cancel"):
            request = (await self.create("ada", "userAdd", MANUAL))[0].id
            callout = await self.callout("ada", request)
            unknown = sdk.resume_body(str(uuid4()))
            await self.refused(sdk.request("badge-office", request).resume.post(unknown), 404, "unknownCallout")
            denial = sdk.resume_body(callout, state="Denied")
            await self.refused(sdk.request("badge-office", request).resume.post(denial), 400, "denialNotAllowed")
            await sdk.request("badge-office", request).resume.post(sdk.resume_body(callout, state="Canceled"))
            await self.until("ada", request, "canceled")
        with self.operation("resume: deny"):
            request = (await self.create("ada", "userAdd", CHECKED))[0].id
            callout = await self.callout("ada", request)
            body = sdk.resume_body(callout, state="Denied", stage="assignmentRequestApproved")
            await sdk.request("badge-office", request).resume.post(body)
            await self.until("ada", request, "denied", "Denied")
        with self.operation("approval stage determined by the receiver"):
            request = (await self.create("ada", "userAdd", RISKS))[0].id
            await self.approve(request)
        with self.operation("resume, with approval stage callback data") as notes:
            request = (await self.create("ada", "userAdd", MANUAL_RISK))[0].id
            callout = await self.callout("ada", request)
            stage = "assignmentRequestDeterminingApprovalRequirements"
            body = sdk.resume_body(callout, stage=stage, approval_stage=sdk.approval_stage(GRACE))
            await sdk.request("risk-engine", request).resume.post(body)
            await self.refused(sdk.request("risk-engine", request).resume.post(body), 409, "alreadyResumed")
            await self.approve(request)
            notes.append("the SDK has no such stage and writes no ISO 8601 duration: both sent as additional data")
        with self.operation("reprocess"):
            request = (await self.create("ada", "userAdd", BROKEN))[0].id
            await self.until("ada", request, "deliveryFailed")
            await self.refused(sdk.request("ada", request).reprocess.post(), 403, "notPermitted")
            await sdk.request("oscar", request).reprocess.post()
            await self.until("ada", request, "delivered")

    async def approve(self, request):
        await self.until("ada", request, "pendingApproval", "PendingApproval")
        stage = await self.first_stage("grace", request)
        stage.review_result, stage.justification = "Approve", "known to me"
        await self.sdk.stage("grace", request, stage.id).patch(stage)
        await self.until("ada", request, "delivered")

    async def reading(self):
        sdk = self.sdk
        mine = []
        with self.operation("get"):
            for _ in range(3):
                mine.append((await self.create("scout", "userAdd", SALES))[0].id)
                shown = await self.until("scout", mine[-1], "delivered", "Fulfilled")
                assert shown.created_date_time >= self.began - timedelta(seconds=5) and sdk.completed(shown)
        since = self.began.strftime("%Y-%m-%dT%H:%M:%SZ")
        scouts = f"requestor/objectId eq '{SCOUT}' and createdDateTime ge {since}"
        with self.operation("list: pages of two, with the page iterator"):
            first = await sdk.query(sdk.requests("oscar"), top=2, filter=scouts)
            assert len(first.value) == 2 and first.odata_next_link
            found = [one.id for one in await sdk.all_pages("oscar", first)]
            assert len(set(found)) == len(found) and set(mine) <= set(found), (found, mine)
        with self.operation("list: $count"):
            counted = await sdk.query(sdk.requests("oscar"), top=1, count=True, filter=scouts)
            assert counted.odata_count == len(found)
        with self.operation("$count path"):
            assert await sdk.query(sdk.requests("oscar").count, filter=scouts) == len(found)
        with self.operation("list: $skip"):
            rest = await sdk.query(sdk.requests("oscar"), skip=1, filter=scouts)
            assert len(await sdk.all_pages("oscar", rest)) == len(found) - 1
        for name, condition in {
            "state": f"{sdk.state_member} eq 'delivered'", "status": f"{sdk.status_member} eq 'Fulfilled'",
            "requestor": f"requestor/objectId eq '{SCOUT}'",
            "target": f"{sdk.expand_assignment}/target/objectId eq '{SCOUT}'",
            "createdDateTime": f"createdDateTime ge {since} and createdDateTime lt 2999-01-01T00:00:00Z",
        }.items():
            with self.operation(f"list: $filter by {name}"):
                page = await sdk.query(sdk.requests("oscar"), filter=f"{condition} and createdDateTime gt {since}"
                                       if "createdDateTime" not in condition else condition, top=50)
                assert set(mine) <= {one.id for one in await sdk.all_pages("oscar", page)}
        with self.operation("list: $orderby createdDateTime desc"):
            page = await sdk.query(sdk.requests("oscar"), orderby=["createdDateTime desc"], filter=scouts)
            times = [one.created_date_time for one in await sdk.all_pages("oscar", page)]
            assert times == sorted(times, reverse=True) and len(times) == len(found)
        with self.operation("list: $select"):
            page = await sdk.query(sdk.requests("oscar"), select=["id", sdk.state_member], top=1)
            assert page.value[0].id and sdk.state(page.value[0]) and page.value[0].created_date_time is None
        with self.operation("list: $expand"):
            expand = [sdk.expand_assignment, "accessPackage", "requestor"]
            page = await sdk.query(sdk.requests("oscar"), expand=expand, filter=scouts)
            one = page.value[0]
            assert one.requestor.object_id == SCOUT and one.access_package.display_name == "Sales tools"
            assert sdk.assignment_of(one).id
        with self.operation("get: $select and $expand"):
            item = sdk.request("scout", mine[0])
            one = await sdk.query(item, select=["id"], expand=["requestor"])
            assert one.id == mine[0] and one.requestor.object_id == SCOUT and one.created_date_time is None
        with self.operation("query option that is not supported"):
            await self.refused(sdk.query(sdk.requests("oscar"), search="sales"), 400, "unsupportedQueryOption")
        with self.operation("navigation: assignment, requestor, accessPackage"):
            assignment = await sdk.assignment_navigation("scout", mine[0]).get()
            assert assignment.id
            assert (await sdk.request("scout", mine[0]).requestor.get()).object_id == SCOUT
            assert (await sdk.request("scout", mine[0]).access_package.get()).id == package(SALES)
        with self.operation("client-request-id"):
            call = sdk.request("scout", mine[0]).get
            _, headers = await sdk.with_headers(call, client_request_id="nightly run 7")
            assert "nightly run 7" in headers.get("client-request-id"), headers
        if sdk.generation == "beta":
            with self.operation("history"):
                shown = await sdk.query(sdk.request("scout", mine[0]))
                assert shown.history and all(one.action_date_time for one in shown.history)
            with self.operation("the other collection, assignmentRequests"):
                other = sdk.management("scout").assignment_requests
                shown = await other.by_access_package_assignment_request_id(mine[0]).get()
                assert shown.id == mine[0] and sdk.state(shown) == "delivered"

    async def relations(self):
        sdk = self.sdk
        own = (await self.create("ada", "userAdd", MANUAL))[0].id
        behalf = (await self.create("grace", "onBehalfAdd", SALES, target=ADA))[0].id
        agent = (await self.create("scout", "userAdd", MANUAL))[0].id
        approval = await self.pending("bob")
        await self.listed(approval, "grace", sdk.approvals("grace").filter_by_current_user_with_on("approver"))
        with self.operation("create a second open request for the same access is refused"):
            draft, _ = self.draft("userAdd", MANUAL)
            await self.refused(sdk.requests("ada").post(draft), 409, "alreadyOpen")
        expected = {
            "target": ("ada", own), "createdBy": ("ada", own), "approver": ("grace", approval),
            "targetOrRequestor": ("ada", behalf), "targetManager": ("grace", own),
            "requestForOthers": ("grace", behalf), "targetAgentIdentitySponsorOrOwner": ("ada", agent),
        }
        for on in RELATIONS:
            with self.operation(f"filterByCurrentUser({on})"):
                token, request = expected[on]
                for who, is_there in ((token, True), ("mallory", False)):
                    builder = sdk.requests(who).filter_by_current_user_with_on(on)
                    # The newest are enough: the SDK takes 10 ms to read one.
                    found = (await sdk.query(builder, top=10, orderby=["createdDateTime desc"])).value
                    assert (request in [one.id for one in found]) == is_there, (who, request)
        for token, request in (("ada", own), ("scout", agent)):
            body = sdk.resume_body(await self.callout(token, request), state="Canceled")
            await sdk.request("badge-office", request).resume.post(body)
        await sdk.request("oscar", approval).cancel.post()

    async def conditions(self):
        sdk = self.sdk
        with self.operation("If-Match with a stale entity tag"):
            request = await self.pending("bob")
            _, headers = await sdk.with_headers(sdk.request("bob", request).get)
            fresh = next(iter(headers.get("etag")))
            cancel = sdk.request("bob", request).cancel.post
            await self.refused(sdk.with_headers(cancel, If_Match='W/"1"'), 412, "revisionConflict")
            await sdk.with_headers(sdk.request("bob", request).cancel.post, If_Match=fresh)
            await self.until("bob", request, "canceled")
        with self.operation("$batch") as notes, sdk.one_host():
            draft, _ = self.draft("userAdd", SALES)
            requests = sdk.requests("bob")
            codes = await sdk.batch("bob", [
                requests.to_post_request_information(draft),
                sdk.request("bob", request).to_get_request_information(),
                sdk.request("bob", str(uuid4())).to_get_request_information(),
                sdk.request("bob", request).cancel.to_post_request_information(),
            ])
            assert codes == {"1": 201, "2": 200, "3": 404, "4": 409}, codes
            notes.append("the SDK reads the statuses of the answers, and loses their bodies")
        with self.operation("$batch, in which one depends on another"), sdk.one_host():
            codes = await sdk.batch("bob", [
                sdk.request("bob", str(uuid4())).to_get_request_information(),
                sdk.request("bob", request).to_get_request_information(),
            ], depends_on={2: [1]})
            assert codes == {"1": 404, "2": 424}, codes

    async def strangers(self):
        sdk = self.sdk
        with self.operation("a stranger gets the same 404 for everything"):
            real = await self.pending("bob")
            stage = (await self.first_stage("grace", real)).id
            answers = {}
            for request in (real, str(uuid4())):
                answers[request] = [await self.refused(call, 404, "noRequest") for call in self.all_calls(request, stage)]
            for real_error, other_error in zip(*answers.values()):
                texts = [
                    error.error.message.replace(request, "ID")
                    for request, error in zip(answers, (real_error, other_error))
                ]
                assert texts[0] == texts[1], texts
            await sdk.request("oscar", real).cancel.post()
        with self.operation("a stranger's lists are without it"):
            assert real not in [one.id for one in await sdk.all_pages("mallory", await sdk.requests("mallory").get())]
            found = await sdk.all_pages("mallory", await sdk.approvals("mallory").get())
            assert real not in [one.id for one in found]
        with self.operation("a token that nobody has"):
            await self.fails(sdk.requests("nobody").get(), 401)

    def all_calls(self, request, stage):
        """Returns each operation on a request by a stranger."""
        sdk, who = self.sdk, "mallory"
        item, steps = sdk.request(who, request), sdk.stages(who, request)
        review = sdk.model("ApprovalStage" if sdk.generation == "v1.0" else "ApprovalStep")(review_result="Approve")
        return [
            item.get(), item.delete(), item.cancel.post(), item.reprocess.post(),
            item.resume.post(sdk.resume_body(str(uuid4()))), item.requestor.get(), item.access_package.get(),
            sdk.assignment_navigation(who, request).get(), sdk.approvals(who).by_approval_id(request).get(),
            steps.get(), steps.count.get(), sdk.stage(who, request, stage).get(),
            sdk.stage(who, request, stage).patch(review),
        ]


async def main(generation, hosts):
    run = Scenarios({"v1.0": V1, "beta": Beta}[generation](hosts))
    for scenario in (
        run.self_service, run.administrators, run.others, run.answers_and_approval, run.callouts, run.reading,
        run.relations, run.conditions, run.strangers,
    ):
        try:
            await scenario()
        except Exception:  # what a scenario does between its operations
            run.failed += 1
            traceback.print_exc()
            print(run.sdk.label, f"scenario {scenario.__name__}", "FAILED between its operations", sep="\t", flush=True)
    return 1 if run.failed else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1], sys.argv[2:])))
