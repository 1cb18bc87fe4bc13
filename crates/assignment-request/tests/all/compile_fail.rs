//! There is no public way to make or change a request but `submit`, `replay`, `apply` and `handle`: programs that try another
//! way do not compile. What the compiler says of them stands beside them; `TRYBUILD=overwrite` writes it again.
#![cfg(feature = "serde")]

#[test]
fn no_other_way_to_make_or_change_a_request_compiles() {
    let programs = trybuild::TestCases::new();
    programs.pass("tests/compile_pass/every_public_way.rs");
    programs.compile_fail("tests/compile_fail/*.rs");
}
