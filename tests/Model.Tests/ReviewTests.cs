using Model.Tests.Histories;

namespace Model.Tests;

/// <summary>Random histories of creators, moderators, viewers and two crashing instances, each compared at every write and at its end with what the cases decided.</summary>
public sealed class ReviewTests
{
    private const int InEveryRun = 500;

    [Fact]
    public void Shoppers_see_what_was_approved_last_and_buyers_keep_what_they_bought()
    {
        var campaign = new Campaign(Game.Review, firstSeed: 1, InEveryRun);
        var failure = campaign.Run();
        Assert.True(failure is null, failure is { } found ? Campaign.Describe(Game.Review, found) : "");
        // A campaign in which nothing happens proves nothing.
        string[] happened =
        [
            "Submission Approve", "Submission RequestChanges", "Submission Remove", "Reports Approve", "Reports RequestChanges", "Reports Remove", "Appeal Uphold", "Appeal Reverse",
            "Draft → InReview", "InReview → Published", "InReview → ChangesRequested", "InReview → Removed", "Published → PublishedEditing", "PublishedEditing → PublishedInReview",
            "PublishedInReview → Published", "PublishedInReview → PublishedChangesRequested", "Published → Removed", "Removed → Published", "Removed → PublishedEditing",
            "Published → Unlisted", "Unlisted → Published", "UnlistedEditing → UnlistedInReview", "Delete video bought", "Delete video gone", "Delete video video-in-use",
        ];
        Assert.Empty(happened.Except(campaign.Seen));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(17)]
    public void A_seed_is_the_same_history_every_time(ulong seed)
    {
        var first = Game.Review.Run(Game.Review.Make(seed));
        var second = Game.Review.Run(Game.Review.Make(seed));
        Assert.Equal((first.Trace, first.Calls, first.Payments), (second.Trace, second.Calls, second.Payments));
        Assert.True(first.Calls > 100);
    }
}
