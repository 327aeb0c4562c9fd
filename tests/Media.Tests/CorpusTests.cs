using System.Globalization;
using SeriesFunctions.Core.Media;

namespace Media.Tests;

/// <summary>Every file of the corpus: the verdict, the facts, and what reading it took.</summary>
public sealed class CorpusTests
{
    public static TheoryData<string> Files => [.. Expectation.All.Select(expected => expected.File)];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task The_verdict_and_its_cost_are_as_the_table_says(string file)
    {
        var expected = Expectation.All.Single(line => line.File == file);
        Assert.SkipUnless(Corpus.Find(file) is not null, $"{file} is not made yet: run tests/corpus/make");
        using var content = new FileSource(Corpus.Find(file)!);
        var source = new CountingSource(content);

        var verdict = await VideoCheck.RunAsync(source, content.Length, new VideoLimits(), TestContext.Current.CancellationToken);

        Assert.Equal(expected.Codes, verdict.IsAccepted ? "ok" : string.Join(',', verdict.Problems.Select(problem => problem.Code)));
        if (verdict.Facts is { } facts)
        {
            Assert.Equal(expected.DurationMs, facts.DurationMs);
            Assert.Equal(expected.Size, string.Create(CultureInfo.InvariantCulture, $"{facts.Width}x{facts.Height}"));
            Assert.Equal(expected.Rotation, facts.Rotation);
            Assert.Equal((expected.Video, expected.Audio), (facts.VideoCodec, facts.AudioCodec ?? "-"));
            Assert.Equal(expected.Container, facts.Container);
        }
        else
        {
            Assert.Equal((null, "-"), (expected.DurationMs, expected.Size));
        }
        // A table that got cheaper is a table to be tightened, so the requests must be exact.
        Assert.Equal(expected.Requests, source.Requests);
        Assert.InRange(source.Bytes, 0, expected.KiloBytes * 1024L);
    }

    [Fact]
    public void Every_committed_video_stands_in_the_table()
    {
        var listed = Expectation.All.Select(expected => expected.File).ToHashSet();
        Assert.All(Corpus.Small.Select(path => Path.GetFileName(path)).Where(file => Path.GetExtension(file) is ".mp4" or ".mov"), file => Assert.Contains(file, listed));
    }

    [Fact]
    public void Every_code_of_the_check_is_shown_by_some_file()
    {
        string[] codes =
        [
            "not-a-video", "container-unsupported", "codec-unsupported", "too-short", "too-long", "too-small-picture", "no-video-track",
            "truncated", "corrupt", "encrypted",
        ];
        // The two others are about sizes and have tests of their own.
        Assert.Equal(codes.Order(), Expectation.All.SelectMany(expected => expected.Codes.Split(',')).Where(code => code != "ok").Distinct().Order());
    }

    [Fact]
    public void The_committed_corpus_stays_small() =>
        Assert.InRange(Corpus.Small.Sum(file => new FileInfo(file).Length), 1, 3_000_000);
}
