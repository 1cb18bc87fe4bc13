"""Extracts from Graph's schema (CSDL) what the adapter reads and writes: types, members and their kinds.

    python3 extract.py SCHEMA.xml DATE > v1.0.tsv

Graph publishes the schema of v1.0 at https://graph.microsoft.com/v1.0/$metadata. The test `schema` compares the extract
with MEMBERS.md and RESOURCES.md, so a new member in it fails the test until the pages say what becomes of it.
"""

import sys
import xml.etree.ElementTree as xml

# Types with members, as the tests know them. The extract has the inherited members of each type too.
TYPES = """
accessPackage accessPackageAnswerChoice accessPackageAnswerString accessPackageApprovalStage accessPackageAssignment
accessPackageAssignmentApprovalSettings accessPackageAssignmentPolicy accessPackageAssignmentRequest
accessPackageAssignmentRequestCallbackData accessPackageAssignmentRequestRequirements
accessPackageAssignmentRequestWorkflowExtension accessPackageAssignmentRequestorSettings
accessPackageAssignmentWorkflowExtension accessPackageDynamicApprovalStage accessPackageLocalizedText
accessPackageMultipleChoiceQuestion accessPackageRequestApprovalStageCallbackConfiguration accessPackageSubject
accessPackageTextInputQuestion approval approvalStage assignmentRequestApprovalStageCallbackData
connectedOrganizationMembers customExtensionCalloutInstance customExtensionCallbackConfiguration
customExtensionStageSetting entitlementManagementSchedule expirationPattern externalSponsors groupMembers identity
internalSponsors requestorManager singleUser targetManager targetUserSponsors userIdentity
""".split()

ENUMERATIONS = """
accessPackageAssignmentRequestFilterByCurrentUserOptions approvalFilterByCurrentUserOptions
accessPackageCustomExtensionStage accessPackageRequestState accessPackageRequestType
customExtensionCalloutInstanceStatus expirationPatternType
""".split()

# The action `resume` of this type has members of its own.
BOUND = "graph.accessPackageAssignmentRequest"

EDM = "{http://docs.oasis-open.org/odata/ns/edm}"
KINDS = {EDM + "Property": "property", EDM + "NavigationProperty": "navigation"}


def main(path, date):
    schemas = xml.parse(path).getroot().iter(EDM + "Schema")
    schema = next(schema for schema in schemas if schema.get("Namespace") == "microsoft.graph")
    named = {(item.tag, item.get("Name")): item for item in schema}

    def members(name):
        for tag in ("EntityType", "ComplexType"):
            found = named.get((EDM + tag, name))
            if found is not None:
                break
        else:
            sys.exit(f"the schema has no type {name}")
        base = found.get("BaseType")
        yield from members(base.removeprefix("graph.")) if base else ()
        for item in found:
            if item.tag in KINDS:
                yield item.get("Name"), KINDS[item.tag], item.get("Type")

    rows = []
    for name in TYPES:
        found = list(members(name))
        rows += [(name, *member) for member in found] or [(name, "-", "-", "-")]
    for name in ENUMERATIONS:
        rows += [(name, item.get("Name"), "name", item.get("Value")) for item in named[EDM + "EnumType", name]]
    for action in schema.iter(EDM + "Action"):
        parameters = [(item.get("Name"), item.get("Type")) for item in action.iter(EDM + "Parameter")]
        if action.get("Name") == "resume" and parameters[0][1] == BOUND:
            rows += [("resume", name, "parameter", kind) for name, kind in parameters[1:]]

    print(f"# Facts from the schema of Microsoft Graph v1.0, namespace microsoft.graph, as published in {date}.")
    print("# Made with extract.py from https://graph.microsoft.com/v1.0/$metadata. Inherited members are included.")
    print("# A type without members has the member -.")
    print("type\tmember\tkind\tvalue")
    for row in sorted(rows, key=lambda row: (row[0].lower(), row[0])):
        print("\t".join(row))


main(*sys.argv[1:])
