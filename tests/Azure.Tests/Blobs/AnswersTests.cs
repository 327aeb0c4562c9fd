using SeriesFunctions.Blobs;

namespace Azure.Tests.Blobs;

/// <summary>The one place where the service's codes are given a meaning.</summary>
public sealed class AnswersTests
{
    public static TheoryData<int, string?, string> Codes => new()
    {
        { 404, "BlobNotFound", "Missing" },
        { 404, "CannotVerifyCopySource", "Missing" },
        { 404, "ContainerNotFound", "Outage" },
        { 404, "ResourceNotFound", "Outage" },
        { 404, null, "Outage" },
        { 412, "ConditionNotMet", "Stale" },
        { 412, "SourceConditionNotMet", "Stale" },
        { 412, "CannotVerifyCopySource", "Stale" },
        { 403, "CannotVerifyCopySource", "Outage" },
        { 409, "CannotVerifyCopySource", "Outage" },
        { 500, "CannotVerifyCopySource", "Outage" },
        { 409, "BlobAlreadyExists", "Exists" },
        { 409, "LeaseAlreadyPresent", "Leased" },
        { 412, "LeaseIdMissing", "Leased" },
        { 412, "LeaseIdMismatchWithBlobOperation", "Leased" },
        { 409, "LeaseIdMismatchWithLeaseOperation", "LeaseLost" },
        { 409, "LeaseNotPresentWithLeaseOperation", "LeaseLost" },
        { 409, "LeaseIsBrokenAndCannotBeRenewed", "LeaseLost" },
        { 412, "LeaseLost", "LeaseLost" },
        { 416, "InvalidRange", "BeyondEnd" },
        { 400, "InvalidBlockList", "BlockGone" },
        { 400, "InvalidHeaderValue", "Misunderstood" },
        { 400, "OutOfRangeQueryParameterValue", "Misunderstood" },
        { 401, "InvalidAuthenticationInfo", "Outage" },
        { 403, "AuthorizationPermissionMismatch", "Outage" },
        { 403, "AuthenticationFailed", "Outage" },
        { 409, "ContainerBeingDeleted", "Outage" },
        { 429, null, "Outage" },
        { 500, "InternalError", "Outage" },
        { 503, "ServerBusy", "Outage" },
        { 0, null, "Outage" },
    };

    [Theory]
    [MemberData(nameof(Codes))]
    public void A_code_means_one_thing(int status, string? code, string meaning) => Assert.Equal(meaning, Answers.Of(status, code).ToString());

    [Theory]
    [InlineData("\"0x8D\"", "0x8D")]
    [InlineData("0x8D", "0x8D")]
    public void Etags_are_shown_without_quotes(string header, string text)
    {
        Assert.Equal(text, ETags.Text(new ETag(header)));
        Assert.Equal("\"0x8D\"", ETags.Parse(text)!.Value.ToString("H"));
    }
}
