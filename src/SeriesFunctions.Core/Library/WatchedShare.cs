using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Library;

/// <summary>
/// How much of a series somebody has watched, in basis points of its length: document <c>watched|{seriesId}</c> of partition <c>viewer|{viewer}</c>, written with watch progress
/// (docs/adr/0044). Where there is none, nothing was watched: that a URL was signed says nothing about watching. See docs/adr/0024.
/// </summary>
public sealed record WatchedShare(int BasisPoints)
{
    public static string DocumentId(SeriesId id) => $"watched|{id}";
}
