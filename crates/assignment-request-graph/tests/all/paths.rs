//! Methods and paths to operations, and back.

#![expect(clippy::unwrap_used, reason = "helpers of tests: a panic is how they fail")]

use assignment_request::{AccessPackageId, ApprovalStageId, RequestId};
use assignment_request_graph::ApiVersion;
use assignment_request_graph::http::{
    ApprovalRelation, Collection, Endpoint, Operation, PathError, Relation,
};
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
        Operation::Count,
        Operation::Get { request },
        Operation::GetAssignment { request },
        Operation::GetRequestor { request },
        Operation::GetAccessPackage { request },
        Operation::Delete { request },
        Operation::Resume { request },
        Operation::Cancel { request },
        Operation::Reprocess { request },
        Operation::ListApprovals,
        Operation::CountApprovals,
        Operation::GetApproval { approval },
        Operation::ListStages { approval },
        Operation::CountStages { approval },
        Operation::GetStage { approval, stage },
        Operation::Decide { approval, stage },
        Operation::GetRequirements { access_package: ID.parse::<AccessPackageId>().unwrap() },
        Operation::Batch,
    ];
    operations.extend(Relation::ALL.iter().map(|on| Operation::Filter { on: *on }));
    operations.extend(ApprovalRelation::ALL.iter().map(|on| Operation::FilterApprovals { on: *on }));
    operations
}

fn find(method: &Method, path: &str) -> Result<(Operation, ApiVersion), PathError> {
    Endpoint::from_request(method, path).map(|endpoint| (endpoint.operation, endpoint.api))
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
            assert_eq!(find(&method, &format!("{path}/")), Ok((operation, *api)));
            assert_eq!(find(&method, &format!("{path}//")), Err(PathError::UnknownPath));
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
            Operation::GetAssignment { request },
            format!("assignmentRequests/{ID}/assignment"),
            format!("accessPackageAssignmentRequests/{ID}/accessPackageAssignment"),
        ),
        (
            Operation::CountStages { approval: request },
            format!("accessPackageAssignmentApprovals/{ID}/stages/$count"),
            format!("accessPackageAssignmentApprovals/{ID}/steps/$count"),
        ),
        (
            Operation::GetRequirements { access_package: ID.parse::<AccessPackageId>().unwrap() },
            format!("accessPackages/{ID}/getApplicablePolicyRequirements"),
            format!("accessPackages/{ID}/getApplicablePolicyRequirements"),
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
        format!("{V1}/assignmentRequests(id='{ID}')/cancel/"),
        format!("{V1}/assignmentRequests(id={ID})/cancel?"),
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
    let filter = Ok((Operation::Filter { on: Relation::Target }, ApiVersion::V1_0));
    for path in [
        format!("{V1}/assignmentRequests/microsoft.graph.filterByCurrentUser(on='Target')"),
        format!("{V1}/assignmentRequests/filterByCurrentUser(on=@on)?$top=1&@on='target'"),
        format!("{V1}/assignmentRequests/filterByCurrentUser(on=@o)?%40o=%27target%27"),
    ] {
        assert_eq!(find(&Method::GET, &path), filter, "{path}");
    }
    let batch = Ok((Operation::Batch, ApiVersion::Beta));
    assert_eq!(find(&Method::POST, "/beta/$batch"), batch);
    assert_eq!(find(&Method::POST, "/beta/%24batch/"), batch);
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
        format!("{V1}/accessPackages"),
        format!("{V1}/accessPackages/{ID}"),
        format!("{V1}/accessPackages/7/getApplicablePolicyRequirements"),
        format!("{V1}/accessPackages/{ID}/getApplicablePolicyRequirements()"),
        format!("{V1}/assignmentRequests/{ID}/accessPackageAssignment"),
        format!("{V1}/assignmentRequests/{ID}/assignment(x)"),
        format!("{V1}/assignmentRequests/{ID}/assignment/target"),
        format!("{V1}/assignmentRequests/$count(x)"),
        format!("{V1}/assignmentRequests/$count/{ID}"),
        format!("{V1}/accessPackageAssignmentApprovals/{ID}/$count"),
        format!("{V1}/accessPackageAssignmentApprovals/filterByCurrentUser(on='targetManager')"),
        format!("{V1}/$batch"),
        "/v1.0/$batch/1".to_owned(),
        "/v1.0/$batch(1)".to_owned(),
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
        format!("{V1}/assignmentRequests/filterByCurrentUser(on='unknownFutureValue')"),
        format!("{V1}/assignmentRequests/filterByCurrentUser(on=@on)"),
        format!("{V1}/assignmentRequests/filterByCurrentUser(on=@on)?on='target'"),
        format!("{V1}/assignmentRequests/filterByCurrentUser(on=@on)?@on=target"),
        format!("{V1}/assignmentRequests/filterByCurrentUser(on=@on)?@on='target'&@on='target'"),
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
        ("assignmentRequests".to_owned(), vec![Method::GET, Method::HEAD, Method::POST]),
        (format!("assignmentRequests/{ID}"), vec![Method::GET, Method::HEAD, Method::DELETE]),
        (format!("assignmentRequests/{ID}/resume"), vec![Method::POST]),
        ("assignmentRequests/filterByCurrentUser(on='approver')".to_owned(), vec![Method::GET, Method::HEAD]),
        (format!("accessPackageAssignmentApprovals/{ID}"), vec![Method::GET, Method::HEAD]),
        (format!("accessPackageAssignmentApprovals/{ID}/stages"), vec![Method::GET, Method::HEAD]),
        (
            format!("accessPackageAssignmentApprovals/{ID}/stages/{STAGE}"),
            vec![Method::GET, Method::HEAD, Method::PATCH],
        ),
    ] {
        for given in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::HEAD] {
            let found = find(&given, &format!("{V1}/{path}"));
            if allowed.contains(&given) {
                let expected = if given == Method::HEAD { Method::GET } else { given };
                assert_eq!(found.map(|(operation, _)| operation.method()), Ok(expected));
            } else {
                let error = PathError::MethodNotAllowed { given, allowed: allowed.clone() };
                assert_eq!(error.status(), StatusCode::METHOD_NOT_ALLOWED);
                assert_eq!(found, Err(error));
            }
        }
    }
    let error = find(&Method::PUT, &format!("{V1}/assignmentRequests")).unwrap_err();
    assert_eq!(error.to_string(), "method `PUT` is not allowed here; these are: GET, HEAD, POST");
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

#[test]
fn answers_use_the_words_of_the_client() {
    let request = ID.parse::<RequestId>().unwrap();
    let endpoint = |path: &str| Endpoint::from_request(&Method::GET, path).unwrap();
    for (path, api, collection, created) in [
        (format!("{V1}/assignmentRequests"), ApiVersion::V1_0, Collection::AssignmentRequests, V1),
        (format!("{BETA}/assignmentRequests"), ApiVersion::Beta, Collection::AssignmentRequests, BETA),
        (
            format!("{BETA}/accessPackageAssignmentRequests"),
            ApiVersion::Beta,
            Collection::AccessPackageAssignmentRequests,
            BETA,
        ),
    ] {
        let found = endpoint(&path);
        assert_eq!((found.api, found.collection), (api, collection));
        let location = found.path_to(Operation::Get { request }).to_string();
        assert_eq!(location, format!("{created}/{collection}/{ID}"));
    }
    // A path that does not name the collection: the generation's own name.
    let approvals = endpoint(&format!("{BETA}/accessPackageAssignmentApprovals"));
    assert_eq!(approvals.collection, Collection::AccessPackageAssignmentRequests);
}

#[test]
fn there_is_no_metadata_document_and_the_answer_says_so() {
    for path in ["/v1.0/$metadata", "/beta/%24metadata", "$metadata"] {
        let error = find(&Method::GET, path).unwrap_err();
        assert_eq!((error.code(), error.status()), ("noMetadata", StatusCode::NOT_FOUND));
    }
}
