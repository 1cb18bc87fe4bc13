//! Methods and paths to operations, and back.

#![expect(clippy::unwrap_used, reason = "helpers of tests: a panic is how they fail")]

use assignment_request::{ApprovalStageId, RequestId};
use assignment_request_graph::ApiVersion;
use assignment_request_graph::http::{Operation, PathError, Relation};
use http::{Method, StatusCode};

const ID: &str = "46184453-e63b-4f20-86c2-c557ed5d5df9";
const STAGE: &str = "d4fa4045-4716-436d-aec5-57b0a713f095";
const V1: &str = "/v1.0/identityGovernance/entitlementManagement";
const BETA: &str = "/beta/identityGovernance/entitlementManagement";

fn operations() -> Vec<Operation> {
    let (request, stage) = (ID.parse::<RequestId>().unwrap(), STAGE.parse::<ApprovalStageId>().unwrap());
    let approval = request;
    let mut operations = vec![
        Operation::Create,
        Operation::List,
        Operation::Get { request },
        Operation::Delete { request },
        Operation::Resume { request },
        Operation::Cancel { request },
        Operation::Reprocess { request },
        Operation::GetApproval { approval },
        Operation::ListStages { approval },
        Operation::GetStage { approval, stage },
        Operation::Decide { approval, stage },
    ];
    for on in Relation::ALL {
        operations.extend([Operation::Filter { on: *on }, Operation::FilterApprovals { on: *on }]);
    }
    operations
}

fn find(method: &Method, path: &str) -> Result<(Operation, ApiVersion), PathError> {
    Operation::from_request(method, path)
}

#[test]
fn every_operation_is_found_at_its_own_path() {
    for operation in operations() {
        for api in ApiVersion::ALL {
            let path = operation.path(*api).to_string();
            let method = operation.method();
            assert_eq!(find(&method, &path), Ok((operation, *api)), "{method} {path}");
            assert_eq!(find(&method, &format!("{path}?$expand=requestor")), Ok((operation, *api)));
            assert_eq!(find(&method, path.trim_start_matches('/')), Ok((operation, *api)));
            assert_eq!(find(&method, &format!("{path}/")), Err(PathError::UnknownPath));
            let within = operation.path_within(*api).to_string();
            assert_eq!(format!("/{api}{within}"), path);
            assert_eq!(find(&method, &within).map(|(operation, _)| operation), Ok(operation));
        }
    }
}

#[test]
fn paths_are_those_of_the_reference() {
    let (request, stage) = (ID.parse::<RequestId>().unwrap(), STAGE.parse::<ApprovalStageId>().unwrap());
    for (operation, v1_0, beta) in [
        (Operation::List, "assignmentRequests".to_owned(), "accessPackageAssignmentRequests".to_owned()),
        (
            Operation::Filter { on: Relation::CreatedBy },
            "assignmentRequests/filterByCurrentUser(on='createdBy')".to_owned(),
            "accessPackageAssignmentRequests/filterByCurrentUser(on='createdBy')".to_owned(),
        ),
        (
            Operation::Resume { request },
            format!("assignmentRequests/{ID}/resume"),
            format!("accessPackageAssignmentRequests/{ID}/resume"),
        ),
        (
            Operation::Decide { approval: request, stage },
            format!("accessPackageAssignmentApprovals/{ID}/stages/{STAGE}"),
            format!("accessPackageAssignmentApprovals/{ID}/steps/{STAGE}"),
        ),
    ] {
        assert_eq!(operation.path(ApiVersion::V1_0).to_string(), format!("{V1}/{v1_0}"));
        assert_eq!(operation.path(ApiVersion::Beta).to_string(), format!("{BETA}/{beta}"));
    }
}

#[test]
fn forms_of_one_path() {
    let request = ID.parse::<RequestId>().unwrap();
    let upper = ID.to_uppercase();
    let cancel = Ok((Operation::Cancel { request }, ApiVersion::V1_0));
    for path in [
        format!("{V1}/assignmentRequests/{upper}/cancel"),
        format!("{V1}/assignmentRequests('{ID}')/cancel"),
        format!("{V1}/assignmentRequests({upper})/cancel"),
        format!("{V1}/assignmentRequests(%27{ID}%27)/cancel"),
        format!("{V1}/assignmentRequests%28%27{ID}%27%29/microsoft.graph.cancel"),
        format!("identityGovernance/entitlementManagement/assignmentRequests/{ID}/cancel?a=/b?c"),
    ] {
        assert_eq!(find(&Method::POST, &path), cancel, "{path}");
    }
    for (path, api) in [
        ("/identityGovernance/entitlementManagement/accessPackageAssignmentRequests", ApiVersion::Beta),
        ("/beta/identityGovernance/entitlementManagement/assignmentRequests", ApiVersion::Beta),
        ("/identityGovernance/entitlementManagement/assignmentRequests", ApiVersion::V1_0),
    ] {
        assert_eq!(find(&Method::GET, path), Ok((Operation::List, api)), "{path}");
    }
    let (approval, stage) = (request, STAGE.parse::<ApprovalStageId>().unwrap());
    for (path, api) in [
        (format!("{V1}/accessPackageAssignmentApprovals('{ID}')/stages('{STAGE}')"), ApiVersion::V1_0),
        (format!("{BETA}/accessPackageAssignmentApprovals({ID})/steps({STAGE})"), ApiVersion::Beta),
        (format!("{BETA}/accessPackageAssignmentApprovals/{ID}/stages/{STAGE}"), ApiVersion::Beta),
        (
            format!(
                "/identityGovernance/entitlementManagement/accessPackageAssignmentApprovals/{ID}/steps/{STAGE}"
            ),
            ApiVersion::Beta,
        ),
    ] {
        assert_eq!(find(&Method::PATCH, &path), Ok((Operation::Decide { approval, stage }, api)), "{path}");
    }
    let path = format!("{V1}/assignmentRequests/microsoft.graph.filterByCurrentUser(on='Target')");
    assert_eq!(find(&Method::GET, &path), Ok((Operation::Filter { on: Relation::Target }, ApiVersion::V1_0)));
}

#[test]
fn anything_else_is_not_there() {
    for path in [
        String::new(),
        "/".to_owned(),
        "/v1.0".to_owned(),
        V1.to_owned(),
        format!("/{V1}/assignmentRequests"),
        format!("{V1}//assignmentRequests"),
        format!("/v2.0/identityGovernance/entitlementManagement/assignmentRequests/{ID}"),
        format!("/v1.0/v1.0/identityGovernance/entitlementManagement/assignmentRequests/{ID}"),
        format!("{V1}/AssignmentRequests"),
        format!("{V1}/accessPackageAssignmentRequests"),
        format!("{V1}/accessPackageAssignmentApprovals"),
        format!("{V1}/accessPackageAssignmentApprovals/{ID}/steps"),
        format!("{V1}/accessPackageAssignmentApprovals/{ID}/other"),
        format!("{V1}/accessPackageAssignmentApprovals/{ID}/stages/{STAGE}/more"),
        format!("{V1}/assignmentRequests/7"),
        format!("{V1}/assignmentRequests('{ID}"),
        format!("{V1}/assignmentRequests('{ID}')('{ID}')"),
        format!("{V1}/assignmentRequests(''{ID}'')"),
        format!("{V1}/assignmentRequests({{{ID}}})"),
        format!("{V1}/assignmentRequests()"),
        format!("{V1}/assignmentRequests/{}", ID.replace('-', "")),
        format!("{V1}/assignmentRequests/{ID}/approve"),
        format!("{V1}/assignmentRequests/{ID}/resume()"),
        format!("{V1}/assignmentRequests/{ID}/resume/{ID}"),
        format!("{V1}/assignmentRequests/{ID}%2Fresume"),
        format!("{V1}/assignmentRequests/%4"),
        format!("{V1}/assignmentRequests/%zz"),
        format!("{V1}/assignmentRequests/%ff"),
        format!("{V1}/assignmentRequests/filterByCurrentUser"),
        format!("{V1}/assignmentRequests/filterByCurrentUser(on=target)"),
        format!("{V1}/assignmentRequests/filterByCurrentUser(on='nobody')"),
        format!("{V1}/assignmentRequests/other(on='target')"),
        format!("{V1}(x)/assignmentRequests"),
        format!("/v1.0(x)/identityGovernance/entitlementManagement/assignmentRequests/{ID}"),
        format!("{V1}/accessPackageAssignmentApprovals/{ID}/other(x)"),
        "/".repeat(1_000_000),
        "(".repeat(1_000_000),
    ] {
        for method in [Method::GET, Method::POST, Method::PATCH, Method::DELETE] {
            let shown: String = path.chars().take(200).collect();
            assert_eq!(find(&method, &path), Err(PathError::UnknownPath), "{method} {shown}");
        }
    }
    assert_eq!(PathError::UnknownPath.status(), StatusCode::NOT_FOUND);
}

#[test]
fn another_method_is_not_allowed() {
    for (path, allowed) in [
        ("assignmentRequests".to_owned(), vec![Method::GET, Method::POST]),
        (format!("assignmentRequests/{ID}"), vec![Method::GET, Method::DELETE]),
        (format!("assignmentRequests/{ID}/resume"), vec![Method::POST]),
        ("assignmentRequests/filterByCurrentUser(on='approver')".to_owned(), vec![Method::GET]),
        (format!("accessPackageAssignmentApprovals/{ID}"), vec![Method::GET]),
        (format!("accessPackageAssignmentApprovals/{ID}/stages"), vec![Method::GET]),
        (format!("accessPackageAssignmentApprovals/{ID}/stages/{STAGE}"), vec![Method::GET, Method::PATCH]),
    ] {
        for given in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::HEAD] {
            let found = find(&given, &format!("{V1}/{path}"));
            if allowed.contains(&given) {
                assert_eq!(found.map(|(operation, _)| operation.method()), Ok(given));
            } else {
                let error = PathError::MethodNotAllowed { given, allowed: allowed.clone() };
                assert_eq!(error.status(), StatusCode::METHOD_NOT_ALLOWED);
                assert_eq!(found, Err(error));
            }
        }
    }
    let error = find(&Method::PUT, &format!("{V1}/assignmentRequests")).unwrap_err();
    assert_eq!(error.to_string(), "method `PUT` is not allowed here; these are: GET, POST");
}

#[test]
fn success_statuses_are_those_of_section_8() {
    for operation in operations() {
        let expected = match operation {
            Operation::Create => 201,
            Operation::Resume { .. }
            | Operation::Cancel { .. }
            | Operation::Delete { .. }
            | Operation::Decide { .. } => 204,
            Operation::Reprocess { .. } => 202,
            _ => 200,
        };
        assert_eq!(operation.success().as_u16(), expected, "{operation:?}");
    }
}
