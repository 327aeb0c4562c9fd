using System.Net;
using Microsoft.Azure.Cosmos;
using SeriesFunctions.Core.Documents;

namespace SeriesFunctions.Cosmos;

/// <summary>
/// What the service's status codes mean to the port. Source: "HTTP status codes for Azure Cosmos DB" in the REST reference, and the SDK's SubStatusCodes.
/// </summary>
internal static class Answers
{
    /// <summary>449: the write met another one of the same document and took no effect.</summary>
    private const HttpStatusCode RetryWith = (HttpStatusCode)449;

    /// <summary>On a 404: it is the database or the container that does not exist.</summary>
    private const int OwnerNotFound = 1003;

    /// <summary>On a 404: the replica has not seen the session's last write yet, and none caught up in time.</summary>
    private const int SessionNotAvailable = 1002;

    public static bool IsNotFound(HttpStatusCode status, int subStatus) =>
        status == HttpStatusCode.NotFound && subStatus is not (OwnerNotFound or SessionNotAvailable);

    /// <summary>The outcome of a write that was refused; null where the status is no outcome but an outage or a bug.</summary>
    public static WriteStatus? Refusal(HttpStatusCode status, int subStatus) => status switch
    {
        HttpStatusCode.Conflict => WriteStatus.Conflict,
        HttpStatusCode.PreconditionFailed => WriteStatus.Stale,
        HttpStatusCode.RequestEntityTooLarge => WriteStatus.TooLarge,
        // The SDK has already waited and repeated as often as it may.
        HttpStatusCode.TooManyRequests or RetryWith => WriteStatus.Busy,
        _ when IsNotFound(status, subStatus) => WriteStatus.NotFound,
        _ => null,
    };

    /// <summary>What became of a batch that did not succeed; null where that is an outage or a bug.</summary>
    public static WriteOutcome? Refusal(TransactionalBatchResponse response, int subStatus)
    {
        // Where the batch was refused as a whole, the SDK repeats its status for each operation.
        if (response.All(result => result.StatusCode == response.StatusCode))
            return Refusal(response.StatusCode, subStatus) is { } whole ? WriteOutcome.Failed(whole, -1) : null;
        for (var i = 0; i < response.Count; i++)
        {
            // The operations before the one that failed, and those after it, carry 424.
            if (response[i].StatusCode != HttpStatusCode.FailedDependency)
                return Refusal(response[i].StatusCode, 0) is { } status ? WriteOutcome.Failed(status, i) : null;
        }
        return null;
    }

    /// <summary>
    /// What to throw where the status is no outcome. 400 is a bug of ours, such as a query that does not compile. All else is the service's or the network's, or a
    /// right or a container that is missing: the caller can only try again later, and whether a write took effect is not known.
    /// </summary>
    public static Exception Failure(string operation, HttpStatusCode status, int subStatus, string? activityId, Exception? cause) =>
        status == HttpStatusCode.BadRequest
            ? new InvalidOperationException($"Cosmos DB did not understand '{operation}': {(int)status}.{subStatus}, activity {activityId}.", cause)
            : new StoreUnavailableException($"Cosmos DB failed '{operation}': {(int)status}.{subStatus}, activity {activityId}.", cause);
}
