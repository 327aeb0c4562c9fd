using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Catalog;

/// <summary>
/// Where a series is: what shoppers see of it (<see cref="SeriesState"/>) together with where its working copy is (<see cref="DraftState"/>). The names say the pair;
/// behind "Published" and "Unlisted" stands the pending revision.
/// </summary>
public enum SeriesPhase
{
    Draft,
    InReview,
    ChangesRequested,
    Published,
    PublishedEditing,
    PublishedInReview,
    PublishedChangesRequested,
    Unlisted,
    UnlistedEditing,
    UnlistedInReview,
    UnlistedChangesRequested,
    Removed,

    /// <summary>The end: there is nothing any more, or only what buyers keep.</summary>
    Deleted,
}

/// <summary>What can be done to a series.</summary>
public enum SeriesCommand
{
    /// <summary>Texts, category, preview; videos put in, reordered, retitled, taken out.</summary>
    Edit,

    /// <summary>Another list price.</summary>
    Price,

    /// <summary>A discount is set or ended.</summary>
    Discount,

    /// <summary>A cover is announced.</summary>
    Cover,

    /// <summary>An uploaded cover passed validation and takes its place in the working copy.</summary>
    CoverArrived,
    Submit,
    Unlist,
    Relist,

    /// <summary>Refused in any phase as <c>has-buyers</c> where somebody bought the series.</summary>
    Delete,
    Approve,
    RequestChanges,
    Remove,

    /// <summary>What is on sale was reported, and has to change.</summary>
    Flag,

    /// <summary>A revision that was sent back is approved after all: its creator appealed.</summary>
    Reinstate,
}

/// <summary>Who gives a command. Whose series it is, and which case it is about, the use case looks up.</summary>
public enum SeriesActor
{
    Owner,
    Moderation,
    Validation,
}

/// <summary>
/// The life of a series: the one table that says what may be done to it when, and where that leads. What is not in the table is refused. docs/series.md is drawn from it.
/// Source: product rules, "Series" and "Moderation".
/// </summary>
public static class SeriesLife
{
    /// <summary>One phase: a command that is set leads there, one that is null is refused.</summary>
    private sealed record Row(SeriesPhase From)
    {
        public SeriesPhase? Edit { get; init; }

        public SeriesPhase? Price { get; init; }

        public SeriesPhase? Discount { get; init; }

        public SeriesPhase? Cover { get; init; }

        public SeriesPhase? CoverArrived { get; init; }

        public SeriesPhase? Submit { get; init; }

        public SeriesPhase? Unlist { get; init; }

        public SeriesPhase? Relist { get; init; }

        public SeriesPhase? Delete { get; init; }

        public SeriesPhase? Approve { get; init; }

        public SeriesPhase? RequestChanges { get; init; }

        public SeriesPhase? Remove { get; init; }

        public SeriesPhase? Flag { get; init; }

        public SeriesPhase? Reinstate { get; init; }

        public SeriesPhase? To(SeriesCommand command) => command switch
        {
            SeriesCommand.Edit => Edit,
            SeriesCommand.Price => Price,
            SeriesCommand.Discount => Discount,
            SeriesCommand.Cover => Cover,
            SeriesCommand.CoverArrived => CoverArrived,
            SeriesCommand.Submit => Submit,
            SeriesCommand.Unlist => Unlist,
            SeriesCommand.Relist => Relist,
            SeriesCommand.Delete => Delete,
            SeriesCommand.Approve => Approve,
            SeriesCommand.RequestChanges => RequestChanges,
            SeriesCommand.Remove => Remove,
            SeriesCommand.Flag => Flag,
            SeriesCommand.Reinstate => Reinstate,
            _ => null,
        };
    }

    private static readonly Row[] Rows =
    [
        new(SeriesPhase.Draft)
        {
            Edit = SeriesPhase.Draft, Price = SeriesPhase.Draft, Discount = SeriesPhase.Draft, Cover = SeriesPhase.Draft, CoverArrived = SeriesPhase.Draft,
            Submit = SeriesPhase.InReview, Delete = SeriesPhase.Deleted,
        },
        new(SeriesPhase.InReview)
        {
            Discount = SeriesPhase.InReview, CoverArrived = SeriesPhase.InReview, Submit = SeriesPhase.InReview,
            Approve = SeriesPhase.Published, RequestChanges = SeriesPhase.ChangesRequested, Remove = SeriesPhase.Removed,
        },
        new(SeriesPhase.ChangesRequested)
        {
            Edit = SeriesPhase.ChangesRequested, Price = SeriesPhase.ChangesRequested, Discount = SeriesPhase.ChangesRequested, Cover = SeriesPhase.ChangesRequested,
            CoverArrived = SeriesPhase.ChangesRequested, Submit = SeriesPhase.InReview, Delete = SeriesPhase.Deleted,
            Reinstate = SeriesPhase.Published,
        },
        new(SeriesPhase.Published)
        {
            Edit = SeriesPhase.PublishedEditing, Discount = SeriesPhase.Published, Cover = SeriesPhase.Published, CoverArrived = SeriesPhase.PublishedEditing,
            Unlist = SeriesPhase.Unlisted, Relist = SeriesPhase.Published, Delete = SeriesPhase.Deleted, Remove = SeriesPhase.Removed,
            Flag = SeriesPhase.PublishedChangesRequested,
        },
        new(SeriesPhase.PublishedEditing)
        {
            Edit = SeriesPhase.PublishedEditing, Discount = SeriesPhase.PublishedEditing, Cover = SeriesPhase.PublishedEditing, CoverArrived = SeriesPhase.PublishedEditing,
            Submit = SeriesPhase.PublishedInReview, Unlist = SeriesPhase.UnlistedEditing, Relist = SeriesPhase.PublishedEditing, Delete = SeriesPhase.Deleted, Remove = SeriesPhase.Removed,
            Flag = SeriesPhase.PublishedChangesRequested,
        },
        new(SeriesPhase.PublishedInReview)
        {
            Discount = SeriesPhase.PublishedInReview, CoverArrived = SeriesPhase.PublishedInReview, Submit = SeriesPhase.PublishedInReview,
            Unlist = SeriesPhase.UnlistedInReview, Relist = SeriesPhase.PublishedInReview,
            Approve = SeriesPhase.Published, RequestChanges = SeriesPhase.PublishedChangesRequested, Remove = SeriesPhase.Removed,
            Flag = SeriesPhase.PublishedInReview,
        },
        new(SeriesPhase.PublishedChangesRequested)
        {
            Edit = SeriesPhase.PublishedChangesRequested, Discount = SeriesPhase.PublishedChangesRequested, Cover = SeriesPhase.PublishedChangesRequested,
            CoverArrived = SeriesPhase.PublishedChangesRequested, Submit = SeriesPhase.PublishedInReview, Unlist = SeriesPhase.UnlistedChangesRequested,
            Relist = SeriesPhase.PublishedChangesRequested, Delete = SeriesPhase.Deleted, Remove = SeriesPhase.Removed,
            Flag = SeriesPhase.PublishedChangesRequested, Reinstate = SeriesPhase.Published,
        },
        new(SeriesPhase.Unlisted)
        {
            Edit = SeriesPhase.UnlistedEditing, Discount = SeriesPhase.Unlisted, Cover = SeriesPhase.Unlisted, CoverArrived = SeriesPhase.UnlistedEditing,
            Unlist = SeriesPhase.Unlisted, Relist = SeriesPhase.Published, Delete = SeriesPhase.Deleted, Remove = SeriesPhase.Removed,
            Flag = SeriesPhase.UnlistedChangesRequested,
        },
        new(SeriesPhase.UnlistedEditing)
        {
            Edit = SeriesPhase.UnlistedEditing, Discount = SeriesPhase.UnlistedEditing, Cover = SeriesPhase.UnlistedEditing, CoverArrived = SeriesPhase.UnlistedEditing,
            Submit = SeriesPhase.UnlistedInReview, Unlist = SeriesPhase.UnlistedEditing, Relist = SeriesPhase.PublishedEditing, Delete = SeriesPhase.Deleted, Remove = SeriesPhase.Removed,
            Flag = SeriesPhase.UnlistedChangesRequested,
        },
        new(SeriesPhase.UnlistedInReview)
        {
            Discount = SeriesPhase.UnlistedInReview, CoverArrived = SeriesPhase.UnlistedInReview, Submit = SeriesPhase.UnlistedInReview,
            Unlist = SeriesPhase.UnlistedInReview, Relist = SeriesPhase.PublishedInReview,
            Approve = SeriesPhase.Unlisted, RequestChanges = SeriesPhase.UnlistedChangesRequested, Remove = SeriesPhase.Removed,
            Flag = SeriesPhase.UnlistedInReview,
        },
        new(SeriesPhase.UnlistedChangesRequested)
        {
            Edit = SeriesPhase.UnlistedChangesRequested, Discount = SeriesPhase.UnlistedChangesRequested, Cover = SeriesPhase.UnlistedChangesRequested,
            CoverArrived = SeriesPhase.UnlistedChangesRequested, Submit = SeriesPhase.UnlistedInReview, Unlist = SeriesPhase.UnlistedChangesRequested,
            Relist = SeriesPhase.PublishedChangesRequested, Delete = SeriesPhase.Deleted, Remove = SeriesPhase.Removed,
            Flag = SeriesPhase.UnlistedChangesRequested, Reinstate = SeriesPhase.Unlisted,
        },
        new(SeriesPhase.Removed) { Remove = SeriesPhase.Removed },
        new(SeriesPhase.Deleted),
    ];

    private static readonly Dictionary<SeriesPhase, Row> ByPhase = Rows.ToDictionary(row => row.From);

    private static readonly Problem IsRemoved = Problem.Conflict("removed", "This series was removed by moderation.");
    private static readonly Problem IsInReview = Problem.Conflict("in-review", "This series is being reviewed; edit it when the review is done.");
    private static readonly Problem IsPriceFixed = Problem.Conflict("price-fixed", "The price of a published series can't change. Set a discount instead.");
    private static readonly Problem IsNotPublished = Problem.Conflict("not-published", "This takes a series that was published.");
    private static readonly Problem IsNotInReview = Problem.Conflict("not-in-review", "There is no revision of this series in review.");
    private static readonly Problem NothingSentBack = Problem.Conflict("not-sent-back", "No revision of this series was sent back.");
    private static readonly Problem IsGone = Problem.NotFound("series");

    /// <summary>Nothing has changed since the last approval: 409.</summary>
    public static readonly Problem NothingToReview = Problem.Conflict("nothing-to-review", "Nothing has changed since the last approval.");

    public static SeriesActor ActorOf(SeriesCommand command) => command switch
    {
        SeriesCommand.Approve or SeriesCommand.RequestChanges or SeriesCommand.Remove or SeriesCommand.Flag or SeriesCommand.Reinstate => SeriesActor.Moderation,
        SeriesCommand.CoverArrived => SeriesActor.Validation,
        _ => SeriesActor.Owner,
    };

    public static SeriesPhase PhaseOf(Series series) => (series.State, series.DraftState) switch
    {
        (SeriesState.Removed, _) => SeriesPhase.Removed,
        (SeriesState.Draft, _) => SeriesPhase.Draft,
        (SeriesState.InReview, _) => SeriesPhase.InReview,
        (SeriesState.ChangesRequested, _) => SeriesPhase.ChangesRequested,
        (SeriesState.Published, DraftState.Approved) => SeriesPhase.Published,
        (SeriesState.Published, DraftState.Editing) => SeriesPhase.PublishedEditing,
        (SeriesState.Published, DraftState.InReview) => SeriesPhase.PublishedInReview,
        (SeriesState.Published, DraftState.ChangesRequested) => SeriesPhase.PublishedChangesRequested,
        (SeriesState.Unlisted, DraftState.Approved) => SeriesPhase.Unlisted,
        (SeriesState.Unlisted, DraftState.Editing) => SeriesPhase.UnlistedEditing,
        (SeriesState.Unlisted, DraftState.InReview) => SeriesPhase.UnlistedInReview,
        (SeriesState.Unlisted, DraftState.ChangesRequested) => SeriesPhase.UnlistedChangesRequested,
        _ => throw new InvalidOperationException($"A series can't be {series.State} with a working copy that is {series.DraftState}."),
    };

    /// <summary>Where a command leads, or why it is refused.</summary>
    public static Result<SeriesPhase> Next(SeriesPhase phase, SeriesCommand command) =>
        ByPhase[phase].To(command) is { } next ? next : Refusal(phase, command);

    /// <summary>The series in the phase that a command leads to; what else the command does is for the caller to add.</summary>
    public static Result<Series> Take(Series series, SeriesCommand command)
    {
        if (!Next(PhaseOf(series), command).IsOk(out var next, out var problem))
            return problem;
        var (state, draft) = Pair(next, series);
        return state == series.State && draft == series.DraftState ? series : series with { State = state, DraftState = draft };
    }

    /// <summary>Null when the owner may do it now; otherwise why not.</summary>
    public static Problem? Refuses(Series series, SeriesCommand command) => Next(PhaseOf(series), command).Problem;

    private static Problem Refusal(SeriesPhase phase, SeriesCommand command) => (phase, command) switch
    {
        (SeriesPhase.Deleted, _) => IsGone,
        (SeriesPhase.Removed, _) => IsRemoved,
        (_, SeriesCommand.Approve or SeriesCommand.RequestChanges or SeriesCommand.Remove) => IsNotInReview,
        (_, SeriesCommand.Unlist or SeriesCommand.Relist or SeriesCommand.Flag) => IsNotPublished,
        (_, SeriesCommand.Reinstate) => NothingSentBack,
        (_, SeriesCommand.Submit) => NothingToReview,
        (SeriesPhase.InReview or SeriesPhase.PublishedInReview or SeriesPhase.UnlistedInReview, _) => IsInReview,
        (_, SeriesCommand.Price) => IsPriceFixed,
        _ => throw new InvalidOperationException($"The table refuses {command} in {phase} and nobody says why."),
    };

    private static (SeriesState State, DraftState Draft) Pair(SeriesPhase phase, Series series) => phase switch
    {
        SeriesPhase.Draft => (SeriesState.Draft, DraftState.Editing),
        SeriesPhase.InReview => (SeriesState.InReview, DraftState.InReview),
        SeriesPhase.ChangesRequested => (SeriesState.ChangesRequested, DraftState.ChangesRequested),
        SeriesPhase.Published => (SeriesState.Published, DraftState.Approved),
        SeriesPhase.PublishedEditing => (SeriesState.Published, DraftState.Editing),
        SeriesPhase.PublishedInReview => (SeriesState.Published, DraftState.InReview),
        SeriesPhase.PublishedChangesRequested => (SeriesState.Published, DraftState.ChangesRequested),
        SeriesPhase.Unlisted => (SeriesState.Unlisted, DraftState.Approved),
        SeriesPhase.UnlistedEditing => (SeriesState.Unlisted, DraftState.Editing),
        SeriesPhase.UnlistedInReview => (SeriesState.Unlisted, DraftState.InReview),
        SeriesPhase.UnlistedChangesRequested => (SeriesState.Unlisted, DraftState.ChangesRequested),
        // What the working copy was stays as it was: whoever reverses a removal finds it there.
        _ => (SeriesState.Removed, series.DraftState),
    };
}
