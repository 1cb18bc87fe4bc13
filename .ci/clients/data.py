"""Makes the data folder that the clients use: that of the service, and what only they need.

    python data.py FOLDER-OF-THE-SERVICE NEW-FOLDER

Added are two access packages whose extensions never answer by themselves, and 300 people for the load.
"""

import json
import shutil
import sys
from pathlib import Path

CALLBACK = "#microsoft.graph.customExtensionCallbackConfiguration"
STAGE_CALLBACK = "#microsoft.graph.accessPackageRequestApprovalStageCallbackConfiguration"
EXTENSION = "#microsoft.graph.accessPackageAssignmentRequestWorkflowExtension"
LOAD_PEOPLE = 300


def extension(number, name, account, callback):
    callback = {"@odata.type": callback, "durationBeforeTimeout": "PT1H"}
    account = f"a0000000-0000-4000-8000-{account:012}"
    id = f"e0000000-0000-4000-8000-{number:012}"
    return {"id": id, "displayName": name, "account": account, "callbackConfiguration": callback}


def package(number, name, stage, **approval):
    reference = {"@odata.type": EXTENSION, "id": f"e0000000-0000-4000-8000-{number:012}"}
    if approval:
        approval["stages"] = [
            {"@odata.type": "#microsoft.graph.accessPackageDynamicApprovalStage", "customExtension": reference}
        ]
    policy = {
        "id": f"c0000000-0000-4000-8000-{number:012}",
        "displayName": name,
        "description": "For the clients",
        "allowedTargetScope": "allDirectoryUsers",
        "expiration": {"type": "noExpiration"},
        "requestorSettings": {"enableTargetsToSelfAddAccess": True},
        "requestApprovalSettings": {"isApprovalRequiredForAdd": False, "isApprovalRequiredForUpdate": False, **approval},
        "customExtensionStageSettings": [{"stage": stage, "customExtension": reference}],
    }
    id = f"b0000000-0000-4000-8000-{number:012}"
    return {"id": id, "displayName": name, "description": "For the clients", "policies": [policy]}


def main(source, target):
    shutil.copytree(source, target)
    target = Path(target)
    extensions = json.loads((target / "extensions.json").read_text())
    extensions.append(extension(17, "Risk engine, by hand", 7, STAGE_CALLBACK))
    extensions.append(extension(18, "Badge office, after the approval", 6, CALLBACK))
    (target / "extensions.json").write_text(json.dumps(extensions, indent=2))
    packages = [
        package(17, "Manual risk", "assignmentRequestDeterminingApprovalRequirements", isApprovalRequiredForAdd=True),
        package(18, "Checked after the approval", "assignmentRequestApproved"),
    ]
    for number, one in zip((17, 18), packages):
        (target / "packages" / f"{number}.json").write_text(json.dumps(one, indent=2))
    people = json.loads((target / "people.json").read_text())
    for number in range(LOAD_PEOPLE):
        people["people"].append({
            "id": f"a1000000-0000-4000-8000-{number:012}",
            "token": f"load-{number}",
            "displayName": f"Load {number}",
            "email": f"load-{number}@contoso.example",
            "role": "user",
        })
    (target / "people.json").write_text(json.dumps(people, indent=2))


main(*sys.argv[1:])
