"""Makes an OpenAPI document of the operations of the service from the schema that Microsoft publishes for Graph v1.0.

    python openapi.py extract CSDL > graph-v1.json      the facts that are needed: types, members and their types
    python openapi.py document > openapi.json           the document, from graph-v1.json beside this file

The extract is kept in the project, so that no download is needed. Responses may have the members of the published types, the
annotations of OData, and the few members in `OF_THE_SERVICE`. Every other member is a fault.
"""

import json
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

EDM = "{http://docs.oasis-open.org/odata/ns/edm}"
ROOTS = [
    "accessPackageAssignmentRequest", "accessPackageAnswerString", "accessPackageSubject", "accessPackage",
    "accessPackageAssignment", "accessPackageAssignmentPolicy", "accessPackageAssignmentRequestRequirements",
    "accessPackageMultipleChoiceQuestion", "accessPackageTextInputQuestion", "approval", "approvalStage",
    "accessPackageAssignmentRequestCallbackData", "accessPackageAssignmentRequestFilterByCurrentUserOptions",
    "approvalFilterByCurrentUserOptions", "accessPackageCustomExtensionStage",
]
PRIMITIVES = {
    "Edm.String": {"type": "string"},
    "Edm.Guid": {"type": "string", "format": "uuid"},
    "Edm.Boolean": {"type": "boolean"},
    "Edm.Int32": {"type": "integer", "format": "int32"},
    "Edm.DateTimeOffset": {"type": "string", "format": "date-time"},
    "Edm.Duration": {"type": "string", "pattern": "^P[0-9WDTHMS.]+$"},
}
# An abstract type stands for these.
CONCRETE = {
    "accessPackageAnswer": ["accessPackageAnswerString"],
    "accessPackageQuestion": ["accessPackageTextInputQuestion", "accessPackageMultipleChoiceQuestion"],
}
# Members that the service writes although the v1.0 schema lacks them. Published v1.0 bodies have those of an assignment.
OF_THE_SERVICE = {
    "accessPackageAssignmentRequest": {"isValidationOnly": {"type": "boolean"}},
    "accessPackageAssignment": {
        name: {"type": "string", "format": "uuid", "nullable": True}
        for name in ("accessPackageId", "assignmentPolicyId", "targetId")
    },
}
PACKAGES = [f"b0000000-0000-4000-8000-{number:012}" for number in range(1, 7)]
POLICIES = [f"c0000000-0000-4000-8000-{number:012}" for number in (1, 2, 3, 4, 5, 6, 11)]
PEOPLE = [f"a0000000-0000-4000-8000-{number:012}" for number in range(1, 10)]
QUESTIONS = [f"d0000000-0000-4000-8000-{number:012}" for number in (21, 22)]
REQUESTS = "/identityGovernance/entitlementManagement/assignmentRequests"
APPROVALS = "/identityGovernance/entitlementManagement/accessPackageAssignmentApprovals"
REFUSALS = {
    400: "The request is refused", 401: "The token is unknown", 403: "It is not permitted", 404: "It does not exist",
    405: "The method is not allowed", 406: "Accept allows no answer", 409: "The state does not allow it",
    412: "The revision is another one", 413: "The body is too large", 415: "The body is not JSON",
    429: "There are too many", 431: "The headers are too large", 414: "The URL is too long",
}


def extract(path):
    """Returns the types that the roots lead to: complex types and enumerations through members, and the entities named."""
    schema = next(
        schema for schema in ElementTree.parse(path).getroot().iter(f"{EDM}Schema")
        if schema.get("Namespace") == "microsoft.graph"
    )
    known = {one.get("Name"): one for one in schema if one.tag in (f"{EDM}EntityType", f"{EDM}ComplexType", f"{EDM}EnumType")}
    found, waiting = {}, list(ROOTS)
    while waiting:
        name = waiting.pop(0)
        element = known.get(name)
        if name in found or element is None:
            continue
        if element.tag == f"{EDM}EnumType":
            found[name] = {"values": [member.get("Name") for member in element.iter(f"{EDM}Member")]}
            continue
        members = {}
        for member in element:
            if member.tag in (f"{EDM}Property", f"{EDM}NavigationProperty"):
                members[member.get("Name")] = member.get("Type").replace("graph.", "")
        base = (element.get("BaseType") or "").replace("graph.", "")
        found[name] = {"members": dict(sorted(members.items()))} | ({"base": base} if base else {})
        waiting.append(base)
        for member in element.iter(f"{EDM}Property"):
            waiting.append(plain(member.get("Type")))
    return {"types": dict(sorted(found.items()))}


def plain(name):
    return name.replace("graph.", "").removeprefix("Collection(").removesuffix(")")


class Document:
    def __init__(self, types, requests, stages):
        self.types = types
        self.requests, self.stages = requests, stages

    def members(self, name):
        """Returns the members of a type and of those that it is based on."""
        one = self.types[name]
        inherited = self.members(one["base"]) if one.get("base") in self.types else {}
        return inherited | one["members"]

    def schema_of(self, type_name):
        if type_name.startswith("Collection("):
            return {"type": "array", "items": self.schema_of(plain(type_name))}
        if type_name in PRIMITIVES:
            return PRIMITIVES[type_name] | {"nullable": True}
        if "values" in self.types.get(type_name, {}):
            return {"type": "string", "nullable": True, "enum": [*self.types[type_name]["values"], None]}
        if type_name in CONCRETE:
            return {"anyOf": [self.reference(name) for name in CONCRETE[type_name]]}
        if type_name in self.types:
            return {"nullable": True, "allOf": [self.reference(type_name)]}
        # A type that the service does not serve, such as a catalog.
        return {"type": "object", "nullable": True}

    @staticmethod
    def reference(name):
        return {"$ref": f"#/components/schemas/{name}"}

    def components(self):
        schemas = {}
        for name, one in self.types.items():
            if "members" in one:
                properties = {key: self.schema_of(value) for key, value in self.members(name).items()}
                for annotation in ("@odata.type", "@odata.etag", "@odata.context", "@odata.id"):
                    properties[annotation] = {"type": "string"}
                properties |= OF_THE_SERVICE.get(name, {})
                schemas[name] = {"type": "object", "properties": properties, "additionalProperties": False}
                if one.get("base") == "entity" and name in ("accessPackageAssignmentRequest", "approval", "approvalStage"):
                    schemas[name]["required"] = ["id"]
                if name == "identity":
                    # The published type is open.
                    schemas[name]["additionalProperties"] = True
        text = {"type": "string"}
        detail = {"type": "object", "properties": {"code": text, "message": text, "target": text}, "required": ["code", "message"]}
        inner = {"type": "object", "properties": {"date": text, "request-id": text, "client-request-id": text}}
        schemas["error"] = {
            "type": "object", "required": ["error"], "additionalProperties": False, "properties": {"error": {
                "type": "object", "required": ["code", "message", "innerError"], "properties": {
                    "code": text | {"minLength": 1}, "message": text | {"minLength": 1}, "target": text,
                    "details": {"type": "array", "items": detail}, "innerError": inner | {"required": ["date"]},
                },
            }},
        }
        return schemas

    def collection(self, name):
        properties = {
            "@odata.context": {"type": "string"}, "@odata.count": {"type": "integer"},
            "@odata.nextLink": {"type": "string"}, "value": {"type": "array", "items": self.reference(name)},
        }
        return {"type": "object", "required": ["value"], "properties": properties, "additionalProperties": False}

    # ---- Bodies of requests ----

    def create_body(self):
        uuid = {"type": "string", "format": "uuid"}
        text = {"type": "string", "maxLength": 40}
        answer = {
            "type": "object", "required": ["@odata.type", "value", "answeredQuestion"], "properties": {
                "@odata.type": {"enum": ["#microsoft.graph.accessPackageAnswerString"]}, "value": {"enum": ["north", "x", ""]},
                "answeredQuestion": {"type": "object", "required": ["id"], "properties": {"id": {"enum": QUESTIONS}}},
            },
        }
        schedule = {
            "type": "object", "properties": {
                "startDateTime": {"type": "string", "format": "date-time"},
                "expiration": {"type": "object", "properties": {
                    "type": {"enum": self.types["expirationPatternType"]["values"]},
                    "endDateTime": {"type": "string", "format": "date-time"}, "duration": {"enum": ["P1D", "PT1H", "P0D"]},
                }},
            },
        }
        assignment = {
            "type": "object", "properties": {
                "id": uuid, "accessPackageId": {"enum": PACKAGES}, "assignmentPolicyId": {"enum": POLICIES},
                "targetId": {"enum": PEOPLE},
                "target": {"type": "object", "properties": {"objectId": {"enum": PEOPLE}, "email": {"enum": ["bob@contoso.example"]}}},
            },
        }
        types = [name for name in self.types["accessPackageRequestType"]["values"] if name not in ("notSpecified", "unknownFutureValue")]
        return {
            "type": "object", "required": ["requestType", "assignment"], "properties": {
                "requestType": {"enum": types}, "assignment": assignment, "schedule": schedule, "justification": text,
                "answers": {"type": "array", "items": answer, "maxItems": 3}, "isValidationOnly": {"type": "boolean"},
            },
            "example": {"requestType": "userAdd", "assignment": {"accessPackageId": PACKAGES[0], "assignmentPolicyId": POLICIES[0]}},
        }

    def resume_body(self):
        stages = self.types["accessPackageCustomExtensionStage"]["values"]
        data = {
            "type": "object", "required": ["@odata.type", "stage", "customExtensionStageInstanceId"], "properties": {
                "@odata.type": {"enum": ["microsoft.graph.accessPackageAssignmentRequestCallbackData"]},
                "stage": {"enum": stages}, "customExtensionStageInstanceId": {"type": "string", "format": "uuid"},
                "customExtensionStageInstanceDetail": {"type": "string"}, "state": {"enum": ["Denied", "Canceled"]},
            },
        }
        return {
            "type": "object", "required": ["data"], "properties": {
                "source": {"type": "string"}, "data": data,
                "type": {"enum": [f"microsoft.graph.accessPackageCustomExtensionStage.{stage}" for stage in stages]},
            },
        }

    def batch_body(self):
        one = {
            "type": "object", "required": ["id", "method", "url"], "properties": {
                "id": {"type": "string"}, "method": {"enum": ["GET", "POST", "DELETE", "PATCH"]},
                "url": {"enum": [REQUESTS, f"{REQUESTS}/$count", f"{APPROVALS}?$top=1", "/me", f"{REQUESTS}?$search=x"]},
                "dependsOn": {"type": "array", "items": {"type": "string"}, "maxItems": 2},
            },
        }
        return {"type": "object", "required": ["requests"], "properties": {"requests": {"type": "array", "items": one, "maxItems": 4}}}

    # ---- Operations ----

    def operation(self, success, answer=None, body=None, query=(), parameters=(), headers=()):
        """Describes an operation: what it succeeds with, and every refusal that the service may give."""
        media = "text/plain" if answer == "count" else "application/json"
        good = {"description": "Success"}
        if answer:
            good["content"] = {media: {"schema": {"type": "integer"} if answer == "count" else answer}}
        refusal = {"application/json": {"schema": self.reference("error")}}
        responses = {str(success): good}
        for status, description in REFUSALS.items():
            responses[str(status)] = {"description": description, "content": refusal}
        operation = {"responses": responses, "parameters": [*parameters, *query, *headers]}
        if body:
            operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
        return operation

    def options(self, *names):
        known = {
            "$top": {"type": "integer", "minimum": 1, "maximum": 50},
            "$skip": {"type": "integer", "minimum": 0, "maximum": 20},
            "$count": {"type": "boolean"},
            "$select": {"enum": ["id", "id,state", "requestor,createdDateTime", "*"]},
            "$expand": {"enum": ["assignment", "accessPackage,requestor", "assignment($expand=target)", "*"]},
            "$orderby": {"enum": ["createdDateTime desc", "createdDateTime"]},
            "$filter": {"enum": [
                "state eq 'delivered'", "status eq 'Fulfilled'", f"requestor/objectId eq '{PEOPLE[0]}'",
                f"assignment/target/objectId eq '{PEOPLE[1]}'", "createdDateTime ge 2020-01-01T00:00:00Z",
                "state eq 'denied' and createdDateTime lt 2999-01-01T00:00:00Z", "state ne 'x'",
            ]},
        }
        return [{"name": name, "in": "query", "required": False, "schema": known[name]} for name in names]

    @staticmethod
    def path_parameter(name, values):
        schema = {"anyOf": [{"enum": values}, {"type": "string", "format": "uuid"}]} if values else {"type": "string"}
        return {"name": name, "in": "path", "required": True, "schema": schema}

    def document(self):
        """Returns the whole document."""
        reference, collection = self.reference, self.collection
        request, approval, stage = "accessPackageAssignmentRequest", "approval", "approvalStage"
        id = self.path_parameter("id", self.requests)
        stage_id = self.path_parameter("stage", self.stages)
        relations = self.types["accessPackageAssignmentRequestFilterByCurrentUserOptions"]["values"]
        on = {"name": "on", "in": "path", "required": True, "schema": {"enum": relations}}
        approval_on = on | {"schema": {"enum": self.types["approvalFilterByCurrentUserOptions"]["values"]}}
        package = self.path_parameter("package", PACKAGES)
        tag = {"name": "If-Match", "in": "header", "required": False, "schema": {"enum": ['W/"1"', 'W/"3"', "*"]}}
        prefer = {"name": "Prefer", "in": "header", "required": False, "schema": {"enum": ["return=minimal", "odata.maxpagesize=2"]}}
        listing = self.options("$top", "$skip", "$count", "$select", "$expand", "$orderby", "$filter")
        paging = self.options("$top", "$skip", "$count")
        review = {"type": "object", "required": ["reviewResult"], "properties": {
            "reviewResult": {"enum": ["Approve", "Deny"]}, "justification": {"type": "string", "maxLength": 40},
        }}
        requirements = collection("accessPackageAssignmentRequestRequirements")
        batch_answer = {"type": "object", "required": ["responses"], "properties": {"responses": {"type": "array", "items": {
            "type": "object", "required": ["id", "status"], "properties": {"id": {"type": "string"}, "status": {"type": "integer"}},
        }}}}
        make = self.operation
        paths = {
            REQUESTS: {
                "get": make(200, collection(request), query=listing, headers=[prefer]),
                "post": make(201, reference(request), self.create_body()),
            },
            f"{REQUESTS}/$count": {"get": make(200, "count", query=self.options("$filter"))},
            f"{REQUESTS}/filterByCurrentUser(on='{{on}}')": {
                "get": make(200, collection(request), query=listing, parameters=[on])
            },
            f"{REQUESTS}/{{id}}": {
                "get": make(200, reference(request), query=self.options("$select", "$expand"), parameters=[id]),
                "delete": make(204, parameters=[id], headers=[tag]),
            },
            f"{REQUESTS}/{{id}}/resume": {"post": make(204, body=self.resume_body(), parameters=[id], headers=[tag])},
            f"{REQUESTS}/{{id}}/cancel": {"post": make(204, parameters=[id], headers=[tag])},
            f"{REQUESTS}/{{id}}/reprocess": {"post": make(202, parameters=[id], headers=[tag])},
            f"{REQUESTS}/{{id}}/assignment": {"get": make(200, reference("accessPackageAssignment"), parameters=[id])},
            f"{REQUESTS}/{{id}}/requestor": {"get": make(200, reference("accessPackageSubject"), parameters=[id])},
            f"{REQUESTS}/{{id}}/accessPackage": {"get": make(200, reference("accessPackage"), parameters=[id])},
            APPROVALS: {"get": make(200, collection(approval), query=paging)},
            f"{APPROVALS}/$count": {"get": make(200, "count")},
            f"{APPROVALS}/filterByCurrentUser(on='{{on}}')": {
                "get": make(200, collection(approval), query=paging, parameters=[approval_on])
            },
            f"{APPROVALS}/{{id}}": {"get": make(200, reference(approval), parameters=[id])},
            f"{APPROVALS}/{{id}}/stages": {"get": make(200, collection(stage), query=paging, parameters=[id])},
            f"{APPROVALS}/{{id}}/stages/$count": {"get": make(200, "count", parameters=[id])},
            f"{APPROVALS}/{{id}}/stages/{{stage}}": {
                "get": make(200, reference(stage), parameters=[id, stage_id]),
                "patch": make(204, body=review, parameters=[id, stage_id], headers=[tag]),
            },
            f"/identityGovernance/entitlementManagement/accessPackages/{{package}}/getApplicablePolicyRequirements": {
                "post": make(200, requirements, parameters=[package])
            },
            "/$batch": {"post": make(200, batch_answer, self.batch_body())},
        }
        return {
            "openapi": "3.0.3",
            "info": {"title": "Access package assignment requests", "version": "v1.0"},
            "paths": paths,
            "components": {"schemas": self.components()},
        }


def document(requests=(), stages=()):
    """Returns the document. The ids are of requests and stages that exist, so that some calls find them."""
    facts = json.loads((Path(__file__).parent / "graph-v1.json").read_text())
    return Document(facts["types"], list(requests), list(stages)).document()


if __name__ == "__main__":
    made = extract(sys.argv[2]) if sys.argv[1] == "extract" else document()
    json.dump(made, sys.stdout, indent=1)
    print()
