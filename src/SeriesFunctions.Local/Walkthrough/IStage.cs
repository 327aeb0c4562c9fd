namespace SeriesFunctions.Local.Walkthrough;

/// <summary>Who somebody in the story is: how she signs in, and her id where the story must name it.</summary>
public sealed record Actor(string Role, ApiClient Client, string Id);

/// <summary>What the story needs of the place where it is played and no API gives: people who are signed in, and a way to pay. What the place can't do is left out, and said.</summary>
public interface IStage
{
    /// <summary>A client for <c>platform</c>, <c>creator</c>, <c>operator</c>, <c>moderator</c> or <c>viewer</c>; nobody is asked for anything twice.</summary>
    Task<Actor> SignInAsync(string role);

    /// <summary>Does <paramref name="check"/> once everything that is under way has been done; answers what it answers.</summary>
    Task<T> AfterwardsAsync<T>(Func<Task<T>> check);

    /// <summary>Null where the clock is everybody's and stays as it is.</summary>
    IStageClock? Clock { get; }

    /// <summary>Pays the checkout on this page. False where nobody can: the story then ends with what was bought unpaid.</summary>
    Task<bool> PayAsync(Uri page, string title);
}

/// <summary>A clock that can be moved.</summary>
public interface IStageClock
{
    Task<DateTimeOffset> NowAsync();

    Task AdvanceToAsync(DateTimeOffset to);
}
