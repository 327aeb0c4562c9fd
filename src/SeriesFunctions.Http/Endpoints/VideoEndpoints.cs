using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Media;
using SeriesFunctions.Http.Conventions;
using SeriesFunctions.Http.Views;

namespace SeriesFunctions.Http.Endpoints;

/// <summary>A creator's uploads.</summary>
public sealed class VideoEndpoints(AnnounceVideo announce, VideoRecords videos, DeleteVideo delete)
{
    public async ValueTask<Answer> AnnounceAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (!call.Read<AnnounceFileRequest>().IsOk(out var body, out var problem)
            || !(await announce.HandleAsync(call.User, new(body.Value.FileName, body.Value.SizeBytes, body.Value.ContentType), body.Value.Title, call.Key, cancellationToken))
                .IsOk(out var made, out problem))
            return problem;
        return Answer.Json(VideoView.Of(made.Video, made.Upload), status: 201, location: $"/v1/videos/{made.Video.Id}");
    }

    public async ValueTask<Answer> ShowAsync(ApiCall call, CancellationToken cancellationToken) =>
        await videos.FindAsync(call.User, call.VideoId, cancellationToken) is { } video
            ? Answer.Json(VideoView.Of(video.Value), video.ETag)
            : Problem.NotFound("video");

    public ValueTask<Answer> ListMineAsync(ApiCall call, CancellationToken cancellationToken) =>
        Pages.AnswerAsync(call, page => videos.ListAsync(call.User, page, cancellationToken), video => VideoView.Of(video));

    public async ValueTask<Answer> DeleteAsync(ApiCall call, CancellationToken cancellationToken) =>
        (await delete.HandleAsync(call.User, call.VideoId, call.IfMatch, cancellationToken)).Problem is { } problem ? problem : Answer.Empty();
}
