using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Catalog;

/// <summary>Something about a series changed that a list shows. Whoever handles it reads the series as it is now.</summary>
public sealed record SeriesChanged(SeriesId SeriesId, UserId CreatorId) : IEvent
{
    public static string Name => "series-changed";

    public static int Version => 1;
}

/// <summary>A series was deleted; what belonged to it is to go too.</summary>
public sealed record SeriesDeleted(SeriesId SeriesId, UserId CreatorId, string Category, long SeriesVersion) : IEvent
{
    public static string Name => "series-deleted";

    public static int Version => 1;
}

/// <summary>A revision was submitted for review.</summary>
public sealed record SeriesSubmitted(SeriesId SeriesId, int Revision, UserId CreatorId) : IEvent
{
    public static string Name => "series-submitted";

    public static int Version => 1;
}

/// <summary>A revision was approved and is what everybody sees now.</summary>
public sealed record SeriesPublished(SeriesId SeriesId, int Revision, UserId CreatorId) : IEvent
{
    public static string Name => "series-published";

    public static int Version => 1;
}
