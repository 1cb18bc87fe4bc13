"""The official Graph clients for Python, pointed at the service: one class for v1.0 and one for beta.

The scenarios in `life.py` are written once. What the two generations call by different names is here.
"""

import importlib
import itertools
import re
from contextlib import contextmanager
from datetime import timezone

from kiota_abstractions.authentication import AuthenticationProvider
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_http.middleware.options.headers_inspection_handler_option import HeadersInspectionHandlerOption
from msgraph_core.requests.batch_request_builder import BatchRequestBuilder
from msgraph_core.requests.batch_request_content import BatchRequestContent
from msgraph_core.requests.batch_request_item import BatchRequestItem
from msgraph_core.tasks.page_iterator import PageIterator

NAMESPACE = "microsoft.graph."


class StaticToken(AuthenticationProvider):
    """Sends the same bearer token with each request."""

    def __init__(self, token):
        self.token = token

    async def authenticate_request(self, request, additional_authentication_context=None):
        request.headers.try_add("Authorization", f"Bearer {self.token}")


class Sdk:
    """One of the two clients. Calls go to the hosts in turn."""

    label = package = generation = None

    def __init__(self, hosts):
        graph = importlib.import_module(self.package)
        self.error = self.model("o_data_errors.ODataError")
        self._clients = {}
        self._make = lambda token, host: self._client(graph, token, host)
        self._hosts = itertools.cycle(hosts)

    def _client(self, graph, token, host):
        adapter = graph.GraphRequestAdapter(StaticToken(token))
        adapter.base_url = f"{host}/{self.generation}"
        return graph.GraphServiceClient(request_adapter=adapter)

    def graph(self, token):
        """Returns the client of a person, for the next host."""
        key = (token, next(self._hosts))
        if key not in self._clients:
            self._clients[key] = self._make(*key)
        return self._clients[key]

    @contextmanager
    def one_host(self):
        """Lets all calls go to one host. The URLs in a batch name it."""
        hosts, self._hosts = self._hosts, itertools.repeat(next(self._hosts))
        try:
            yield
        finally:
            self._hosts = hosts

    def management(self, token):
        return self.graph(token).identity_governance.entitlement_management

    def model(self, name):
        """Returns a generated class by its name, such as `AccessPackageAnswerString`."""
        *folders, name = name.split(".")
        snake = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
        path = ".".join([self.package, "generated", "models", *folders, snake])
        return getattr(importlib.import_module(path), name)

    def request(self, token, request):
        return self.requests(token).by_access_package_assignment_request_id(request)

    def approvals(self, token):
        return self.management(token).access_package_assignment_approvals

    def requirements(self, token, package):
        package = self.management(token).access_packages.by_access_package_id(package)
        return package.get_applicable_policy_requirements.post()

    def subject(self, **members):
        return self.model("AccessPackageSubject")(**members)

    def answer(self, question, value):
        """Returns an answer. The SDK's question is an abstract type, so that only its id is sent."""
        question = self.model("AccessPackageQuestion")(id=question)
        return self.model("AccessPackageAnswerString")(value=value, answered_question=question)

    def schedule_until(self, end, start=None):
        pattern = self.model("ExpirationPattern")(
            type=self.model("ExpirationPatternType").AfterDateTime, end_date_time=end.astimezone(timezone.utc)
        )
        return self.model(self.schedule_name)(expiration=pattern, start_date_time=start)

    def resume_body(self, callout, state=None, stage="assignmentRequestCreated", approval_stage=None):
        """Returns the body of a resume. With an approval stage it has the type for that."""
        members = {"custom_extension_stage_instance_id": callout, "state": state}
        members["custom_extension_stage_instance_detail"] = "checked by the client"
        stages = self.model("AccessPackageCustomExtensionStage")
        known = next((one for one in stages if one.value == stage), None)
        if known:
            members["stage"] = known
        if approval_stage is None:
            data = self.model("AccessPackageAssignmentRequestCallbackData")(**members)
        else:
            data = self.model("AssignmentRequestApprovalStageCallbackData")(approval_stage=approval_stage, **members)
        if not known:
            # The enumeration of the SDK lacks the stage.
            data.additional_data = {"stage": stage}
        body = importlib.import_module(self.resume_module).ResumePostRequestBody
        return body(source="life.py", type=f"{NAMESPACE}accessPackageCustomExtensionStage.{stage}", data=data)

    def approval_stage(self, approver):
        """Returns what an extension says an approval stage is: one approver, two days."""
        stage = self.model("AccessPackageApprovalStage")(primary_approvers=[self.single_user(approver)])
        # The SDK writes a timedelta as `2 days, 0:00:00`, which is no duration of ISO 8601.
        stage.additional_data = {"durationBeforeAutomaticDenial": "P2D"}
        stage.is_approver_justification_required = False
        stage.is_escalation_enabled = False
        return stage

    async def with_headers(self, call, query=None, **headers):
        """Calls with query parameters and headers. Returns the answer and its headers."""
        seen = HeadersInspectionHandlerOption()
        configuration = RequestConfiguration(options=[seen], query_parameters=query)
        for name, value in headers.items():
            configuration.headers.add(name.replace("_", "-"), value)
        answer = await call(request_configuration=configuration)
        return answer, seen.response_headers

    async def query(self, builder, **parameters):
        """Calls `get` of a builder with query parameters in the names of the SDK."""
        kind = next(value for name, value in vars(type(builder)).items() if name.endswith("QueryParameters"))
        return await builder.get(request_configuration=RequestConfiguration(query_parameters=kind(**parameters)))

    async def all_pages(self, token, first):
        """Collects the items of this page and of those after it with the page iterator of the SDK."""
        items = []

        def take(item):
            items.append(item)
            return True

        adapter = self.graph(token).request_adapter
        iterator = PageIterator(first, adapter, error_mapping={"XXX": self.error})
        await iterator.iterate(take)
        return items

    async def batch(self, token, requests, depends_on=None):
        """Sends the SDK's request information of several operations as one batch. Returns the statuses of the answers.

        `depends_on` has the numbers of the operations on which others depend.
        """
        content = BatchRequestContent()
        for number, request in enumerate(requests, 1):
            earlier = [str(one) for one in (depends_on or {}).get(number, [])]
            content.add_request(str(number), BatchRequestItem(request, str(number), earlier))
        adapter = self.graph(token).request_adapter
        answers = await BatchRequestBuilder(adapter, {"XXX": self.error}).post(content)
        return answers.get_response_status_codes()

    def set_type(self, request, name):
        """Sets the type of a request, in additional data if the SDK's enumeration lacks it. Returns what to say about it."""
        known = self.type_value(name)
        if known is None:
            request.additional_data["requestType"] = name
        else:
            request.request_type = known
        return "" if known else f"the SDK has no {name}: sent as additional data, read as unknownFutureValue"


class V1(Sdk):
    label, package, generation = "msgraph-sdk", "msgraph", "v1.0"
    schedule_name = "EntitlementManagementSchedule"
    resume_module = (
        "msgraph.generated.identity_governance.entitlement_management.assignment_requests"
        ".item.resume.resume_post_request_body"
    )
    expand_assignment, state_member, status_member = "assignment", "state", "status"

    def requests(self, token):
        return self.management(token).assignment_requests

    def draft(self, kind, assignment, **members):
        """Returns a request. The SDK's assignment has no ids of other resources, so they are additional data."""
        members.setdefault("assignment", self.assignment(**assignment) if assignment else None)
        request = self.model("AccessPackageAssignmentRequest")(**members)
        return request, self.set_type(request, kind)

    def assignment(self, target=None, id=None, **ids):
        ids = {re.sub(r"_(\w)", lambda found: found[1].upper(), name): value for name, value in ids.items()}
        return self.model("AccessPackageAssignment")(id=id, target=target, additional_data=ids)

    def type_value(self, name):
        return next((one for one in self.model("AccessPackageRequestType") if one.value == name), None)

    def single_user(self, id):
        return self.model("SingleUser")(user_id=id)

    def state(self, request):
        return request.state.value

    def status(self, request):
        return request.status

    def is_of_type(self, request, name):
        # Names after the sentinel of the enumeration are written only for clients that ask for them.
        is_later = name in ("approverRemove", "userExtend")
        return request.request_type == self.type_value("unknownFutureValue" if is_later else name)

    def assignment_of(self, request):
        return request.assignment

    def completed(self, request):
        return request.completed_date_time

    def stages(self, token, approval):
        return self.approvals(token).by_approval_id(approval).stages

    def stage(self, token, approval, stage):
        return self.stages(token, approval).by_approval_stage_id(stage)

    def stages_of(self, approval):
        return approval.stages

    def assignment_navigation(self, token, request):
        return self.request(token, request).assignment


class Beta(Sdk):
    label, package, generation = "msgraph-beta-sdk", "msgraph_beta", "beta"
    schedule_name = "RequestSchedule"
    resume_module = (
        "msgraph_beta.generated.identity_governance.entitlement_management.access_package_assignment_requests"
        ".item.resume.resume_post_request_body"
    )
    expand_assignment, state_member, status_member = "accessPackageAssignment", "requestState", "requestStatus"

    def requests(self, token):
        return self.management(token).access_package_assignment_requests

    def draft(self, kind, assignment, **members):
        members.setdefault("access_package_assignment", self.assignment(**assignment) if assignment else None)
        request = self.model("AccessPackageAssignmentRequest")(**members)
        return request, self.set_type(request, kind)

    def assignment(self, **members):
        return self.model("AccessPackageAssignment")(**members)

    def type_value(self, name):
        return name[0].upper() + name[1:]

    def single_user(self, id):
        return self.model("SingleUser")(id=id)

    def state(self, request):
        return request.request_state[0].lower() + request.request_state[1:]

    def status(self, request):
        return request.request_status

    def is_of_type(self, request, name):
        return request.request_type == self.type_value(name)

    def assignment_of(self, request):
        return request.access_package_assignment

    def completed(self, request):
        return request.completed_date

    def stages(self, token, approval):
        return self.approvals(token).by_approval_id(approval).steps

    def stage(self, token, approval, stage):
        return self.stages(token, approval).by_approval_step_id(stage)

    def stages_of(self, approval):
        return approval.steps

    def assignment_navigation(self, token, request):
        return self.request(token, request).access_package_assignment
