"""Makes the data folder that the clients use: that of the service, and what only they need.

    python data.py FOLDER-OF-THE-SERVICE NEW-FOLDER

Added are two access packages whose extensions never answer by themselves. For the load there are many people, so that no one
asks too much at a time, and an access package of which some of them are the approvers.
"""

import json
import shutil
import sys
from pathlib import Path

CALLBACK = "#microsoft.graph.customExtensionCallbackConfiguration"
STAGE_CALLBACK = "#microsoft.graph.accessPackageRequestApprovalStageCallbackConfiguration"
EXTENSION = "#microsoft.graph.accessPackageAssignmentRequestWorkflowExtension"
LOAD_USERS, LOAD_APPROVERS, LOAD_ADMINISTRATORS = 200, 20, 20
LOAD_GROUP = "f0000000-0000-4000-8000-000000000019"


def extension(number, name, account, callback):
    callback = {"@odata.type": callback, "durationBeforeTimeout": "PT1H"}
    account = f"a0000000-0000-4000-8000-{account:012}"
    id = f"e0000000-0000-4000-8000-{number:012}"
    return {"id": id, "displayName": name, "account": account, "callbackConfiguration": callback}


def package(number, name, approval=None, stages=()):
    """Returns an access package with one policy. `stages` are those at which its extension is called."""
    reference = {"@odata.type": EXTENSION, "id": f"e0000000-0000-4000-8000-{number:012}"}
    if approval == "determined":
        approval = {"@odata.type": "#microsoft.graph.accessPackageDynamicApprovalStage", "customExtension": reference}
    policy = {
        "id": f"c0000000-0000-4000-8000-{number:012}",
        "displayName": name,
        "description": "For the clients",
        "allowedTargetScope": "allDirectoryUsers",
        "expiration": {"type": "noExpiration"},
        "requestorSettings": {"enableTargetsToSelfAddAccess": True},
        "requestApprovalSettings": {
            "isApprovalRequiredForAdd": approval is not None,
            "isApprovalRequiredForUpdate": False,
            "stages": [approval] if approval else [],
        },
        "customExtensionStageSettings": [{"stage": stage, "customExtension": reference} for stage in stages],
    }
    id = f"b0000000-0000-4000-8000-{number:012}"
    return {"id": id, "displayName": name, "description": "For the clients", "policies": [policy]}


def people(kind, role, count):
    """Returns people whose tokens are `load-KIND-0`, `load-KIND-1` and so on."""
    letter = {"user": 1, "approver": 2, "administrator": 3}[kind]
    return [{
        "id": f"a{letter}000000-0000-4000-8000-{number:012}",
        "token": f"load-{kind}-{number}",
        "displayName": f"Load {kind} {number}",
        "email": f"load-{kind}-{number}@contoso.example",
        "role": role,
    } for number in range(count)]


def main(source, target):
    shutil.copytree(source, target)
    target = Path(target)

    def change(name, do):
        content = json.loads((target / name).read_text())
        do(content)
        (target / name).write_text(json.dumps(content, indent=2))

    change("extensions.json", lambda extensions: extensions.extend([
        extension(17, "Risk engine, by hand", 7, STAGE_CALLBACK),
        extension(18, "Badge office, after the approval", 6, CALLBACK),
    ]))
    group = {"@odata.type": "#microsoft.graph.groupMembers", "groupId": LOAD_GROUP}
    packages = {
        17: package(17, "Manual risk", "determined", ["assignmentRequestDeterminingApprovalRequirements"]),
        18: package(18, "Checked after the approval", stages=["assignmentRequestApproved"]),
        19: package(19, "Load", {"durationBeforeAutomaticDenial": "P2D", "primaryApprovers": [group]}),
    }
    for number, one in packages.items():
        (target / "packages" / f"{number}.json").write_text(json.dumps(one, indent=2))
    approvers = people("approver", "user", LOAD_APPROVERS)

    def add(content):
        content["people"] += people("user", "user", LOAD_USERS) + approvers
        content["people"] += people("administrator", "administrator", LOAD_ADMINISTRATORS)
        members = [person["id"] for person in approvers]
        content["groups"].append({"id": LOAD_GROUP, "displayName": "Load", "members": members})

    change("people.json", add)


main(*sys.argv[1:])
