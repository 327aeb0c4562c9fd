using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Library;
using SeriesFunctions.Http.Conventions;
using SeriesFunctions.Http.Views;

namespace SeriesFunctions.Http.Endpoints;

/// <summary>What operators look at and put right: purchases, access, the inbox, dead letters.</summary>
public sealed class OperationsEndpoints(RefundPurchase refund, ChangeAccess changeAccess, LibraryRecords library, DeadLetters deadLetters, StartReplay replay, Records records)
{
    public async ValueTask<Answer> PurchaseAsync(ApiCall call, CancellationToken cancellationToken) =>
        await refund.FindAsync(new PurchaseId(call.Id("purchaseId")), cancellationToken) is { } purchase
            ? Answer.Json(OperatorPurchaseView.Of(purchase.Value), purchase.ETag)
            : Problem.NotFound("purchase");

    /// <summary>The viewer's own refund.</summary>
    public async ValueTask<Answer> RefundOwnAsync(ApiCall call, CancellationToken cancellationToken) =>
        (await refund.HandleOwnAsync(new PurchaseId(call.Id("purchaseId")), call.User, call.Key, cancellationToken)).IsOk(out var made, out var problem)
            ? Answer.Json(PurchaseView.Of(made.Purchase.Value), status: 202)
            : problem;

    public async ValueTask<Answer> AccessAsync(ApiCall call, CancellationToken cancellationToken) =>
        await library.AccessAsync(new(call.Id("viewerId")), call.SeriesId, cancellationToken) is { } access ? Answer.Json(AccessView.Of(access.Value), access.ETag) : Problem.NotFound("access");

    public async ValueTask<Answer> ChangeAccessAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (!call.Read<AccessRequest>().IsOk(out var body, out var problem)
            || !(await changeAccess.HandleAsync(new(call.Id("viewerId")), call.SeriesId, body.Value.Decision == AccessDecision.Grant, body.Value.Reason, call.User, cancellationToken)).IsOk(out var access, out problem))
            return problem;
        return Answer.Json(AccessView.Of(access.Value), access.ETag);
    }

    public async ValueTask<Answer> DeadLettersAsync(ApiCall call, CancellationToken cancellationToken) =>
        (await deadLetters.ListAsync(call.Query("queue"), cancellationToken)).IsOk(out var letters, out var problem)
            ? Answer.Json(new ListView<DeadLetterView>([.. letters.Select(DeadLetterView.Of)], null))
            : problem;

    public async ValueTask<Answer> ReplayDeadLetterAsync(ApiCall call, CancellationToken cancellationToken)
    {
        var (queue, id) = (call.Id("queue"), call.Id("messageId"));
        // The first request took it away: the same one again is answered the same.
        if (call.Key.ClaimedId is null && (await deadLetters.ReplayAsync(queue, id, cancellationToken)).Problem is { } problem)
            return problem;
        return Answer.Json(new DeadLetterAnswer(queue, id), status: 202);
    }

    public async ValueTask<Answer> StartReplayAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (!call.Read<ReplayRequest>().IsOk(out var body, out var problem)
            || !(await replay.HandleAsync(body.Value.EventId, body.Value.ObjectId, body.Value.From, body.Value.To, call.User, call.Key, cancellationToken)).IsOk(out var started, out problem))
            return problem;
        return Answer.Json(ReplayView.Of(started), status: 202, location: $"/v1/operator/replays/{started.Id}");
    }

    public async ValueTask<Answer> ReplayAsync(ApiCall call, CancellationToken cancellationToken) =>
        (await replay.ShowAsync(call.Id("replayId"), cancellationToken)).IsOk(out var found, out var problem) ? Answer.Json(ReplayView.Of(found), $"{found.Id}-{found.State}-{found.Sent}") : problem;

    public async ValueTask<Answer> InboxEventAsync(ApiCall call, CancellationToken cancellationToken)
    {
        var id = call.Id("eventId");
        return await records.FindAsync<InboxEvent>(InboxEvent.In(id), InboxEvent.DocumentId, cancellationToken) is { } found ? Answer.Json(InboxEventView.Of(found.Value), found.ETag) : Problem.NotFound("event");
    }
}
