using SeriesFunctions.Core.Messaging;
using SeriesFunctions.Http.Conventions;
using SeriesFunctions.Http.Views;

namespace SeriesFunctions.Http.Endpoints;

/// <summary>Events that could not be sent: what operators see of them, and sending them after all.</summary>
public sealed class ParkedEventEndpoints(ParkedEvents parked)
{
    public ValueTask<Answer> ListAsync(ApiCall call, CancellationToken cancellationToken) =>
        Pages.AnswerAsync(call, page => parked.ListAsync(call.Query("day"), page, cancellationToken), ParkedEventView.Of);

    public async ValueTask<Answer> ReplayAsync(ApiCall call, CancellationToken cancellationToken)
    {
        var (day, id) = (call.Id("day"), call.Id("parkedId"));
        // The first request took it away: the same one again is answered the same.
        if (call.Key.ClaimedId is null && (await parked.ReplayAsync(day, id, cancellationToken)).Problem is { } problem)
            return problem;
        return Answer.Json(new ParkedEventAnswer(day, id), status: 202);
    }
}
