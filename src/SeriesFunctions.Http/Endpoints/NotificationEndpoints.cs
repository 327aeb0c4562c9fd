using SeriesFunctions.Core.Notifications;
using SeriesFunctions.Http.Conventions;
using SeriesFunctions.Http.Views;

namespace SeriesFunctions.Http.Endpoints;

/// <summary>What somebody was told.</summary>
public sealed class NotificationEndpoints(ReadFeed feed, MarkRead mark)
{
    public async ValueTask<Answer> ListAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (!call.Page().IsOk(out var page, out var problem) || !(await feed.HandleAsync(call.User, page, cancellationToken)).IsOk(out var read, out problem))
            return problem;
        return Answer.Json(new FeedView([.. read.Lines.Select(NotificationView.Of)], Cursors.Write(read.Cursor), read.Unread));
    }

    public async ValueTask<Answer> MarkReadAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (!call.Read<MarkReadRequest>().IsOk(out var body, out var problem)
            || !(await mark.HandleAsync(call.User, body.Value.UpTo, body.Value.Ids, cancellationToken)).IsOk(out var unread, out problem))
            return problem;
        return Answer.Json(new UnreadView(unread));
    }
}
