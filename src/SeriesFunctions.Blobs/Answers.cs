using Azure;
using SeriesFunctions.Core.Media;

namespace SeriesFunctions.Blobs;

/// <summary>What a refusal of the service means to us.</summary>
internal enum Answer
{
    /// <summary>No such blob; of a copy, no such source.</summary>
    Missing,

    /// <summary>The blob, or a copy's source, is not the one that the etag names.</summary>
    Stale,

    /// <summary>A blob that was not to be there is there.</summary>
    Exists,

    /// <summary>Somebody else holds a lease on the blob.</summary>
    Leased,

    /// <summary>The lease that we held is over, or is another's by now.</summary>
    LeaseLost,

    /// <summary>The range starts at the blob's end or after it.</summary>
    BeyondEnd,

    /// <summary>A block of the list is not there: the blob was written another way since.</summary>
    BlockGone,

    /// <summary>We asked for something that can't be: a bug of ours.</summary>
    Misunderstood,

    /// <summary>The service's fault or the network's, or a right or a container that is missing. Only trying later helps.</summary>
    Outage,
}

/// <summary>
/// What the service's statuses and codes mean, in one place. Source: "Blob Storage error codes", "Specify conditional headers" and "Lease Blob" in the REST reference.
/// </summary>
internal static class Answers
{
    public static Answer Of(RequestFailedException refusal) => Of(refusal.Status, refusal.ErrorCode);

    public static Answer Of(int status, string? code) => (status, code) switch
    {
        (404, "BlobNotFound") => Answer.Missing,
        // A copy's source was asked by the service itself, which passes on the status that it got.
        (404, "CannotVerifyCopySource") => Answer.Missing,
        (412, "ConditionNotMet" or "SourceConditionNotMet" or "TargetConditionNotMet" or "CannotVerifyCopySource") => Answer.Stale,
        (409, "BlobAlreadyExists") => Answer.Exists,
        (409, "LeaseAlreadyPresent" or "LeaseIsBreakingAndCannotBeAcquired") => Answer.Leased,
        (412, "LeaseIdMissing" or "LeaseIdMismatchWithBlobOperation") or (409, "LeaseIdMismatchWithBlobOperation") => Answer.Leased,
        (409, "LeaseIdMismatchWithLeaseOperation" or "LeaseNotPresentWithLeaseOperation" or "LeaseIsBrokenAndCannotBeRenewed" or "LeaseIsBreakingAndCannotBeChanged") =>
            Answer.LeaseLost,
        (412, "LeaseLost" or "LeaseNotPresentWithBlobOperation") => Answer.LeaseLost,
        (416, _) => Answer.BeyondEnd,
        (400, "InvalidBlockList" or "InvalidBlobOrBlock") => Answer.BlockGone,
        (400, _) => Answer.Misunderstood,
        _ => Answer.Outage,
    };

    /// <summary>
    /// What to throw where the refusal is no outcome. Whether a write took effect is not known then. The message has the service's code and request id, and never an
    /// address: those of ours carry signatures.
    /// </summary>
    public static Exception Failure(string operation, RequestFailedException refusal)
    {
        var id = refusal.GetRawResponse()?.Headers.RequestId;
        var what = $"'{operation}': {refusal.Status} {refusal.ErrorCode}, request {id ?? "unanswered"}.";
        return Of(refusal) == Answer.Misunderstood
            ? new InvalidOperationException($"Blob Storage did not understand {what}", refusal)
            : new MediaUnavailableException($"Blob Storage failed {what}", refusal);
    }
}
