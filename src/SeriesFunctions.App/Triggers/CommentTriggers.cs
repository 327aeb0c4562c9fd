using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using static Microsoft.Azure.Functions.Worker.AuthorizationLevel;

namespace SeriesFunctions.App.Triggers;

/// <summary>Comments: <see cref="Http.Endpoints.CommentEndpoints"/>; a function a route.</summary>
public sealed class CommentTriggers(ApiFunctions api)
{
    private const string Of = "v1/series/{seriesId}/videos/{videoId}/comments";
    private const string One = Of + "/{commentId}";

    [Function(nameof(ListComments))]
    public Task<IResult> ListComments([HttpTrigger(Anonymous, "get", Route = Of)] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(PostComment))]
    public Task<IResult> PostComment([HttpTrigger(Anonymous, "post", Route = Of)] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ShowComment))]
    public Task<IResult> ShowComment([HttpTrigger(Anonymous, "get", Route = One)] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(EditComment))]
    public Task<IResult> EditComment([HttpTrigger(Anonymous, "patch", Route = One)] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(DeleteComment))]
    public Task<IResult> DeleteComment([HttpTrigger(Anonymous, "delete", Route = One)] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ListReplies))]
    public Task<IResult> ListReplies([HttpTrigger(Anonymous, "get", Route = One + "/replies")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(PostReply))]
    public Task<IResult> PostReply([HttpTrigger(Anonymous, "post", Route = One + "/replies")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(AppealCommentRemoval))]
    public Task<IResult> AppealCommentRemoval([HttpTrigger(Anonymous, "post", Route = One + "/appeal")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(LikeComment))]
    public Task<IResult> LikeComment([HttpTrigger(Anonymous, "post", Route = One + "/like")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(UnlikeComment))]
    public Task<IResult> UnlikeComment([HttpTrigger(Anonymous, "post", Route = One + "/unlike")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(PinComment))]
    public Task<IResult> PinComment([HttpTrigger(Anonymous, "post", Route = One + "/pin")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(UnpinComment))]
    public Task<IResult> UnpinComment([HttpTrigger(Anonymous, "post", Route = One + "/unpin")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(HideComment))]
    public Task<IResult> HideComment([HttpTrigger(Anonymous, "post", Route = One + "/hide")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(UnhideComment))]
    public Task<IResult> UnhideComment([HttpTrigger(Anonymous, "post", Route = One + "/unhide")] HttpRequest request) => api.RunAsync(request);
}
