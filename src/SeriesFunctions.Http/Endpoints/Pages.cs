using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Http.Conventions;
using SeriesFunctions.Http.Views;

namespace SeriesFunctions.Http.Endpoints;

internal static class Pages
{
    /// <summary>Reads a page and shows it.</summary>
    public static async ValueTask<Answer> AnswerAsync<T, TView>(
        ApiCall call, Func<PageRequest, ValueTask<Result<RecordPage<T>>>> read, Func<T, TView> show, Func<IReadOnlyList<T>, string?>? cacheControl = null)
    {
        if (!call.Page().IsOk(out var page, out var problem) || !(await read(page)).IsOk(out var found, out problem))
            return problem;
        return Answer.Json(new ListView<TView>([.. found.Items.Select(show)], Cursors.Write(found.Cursor)), cacheControl: cacheControl?.Invoke(found.Items));
    }
}
