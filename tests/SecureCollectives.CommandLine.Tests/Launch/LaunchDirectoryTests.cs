using SecureCollectives.CommandLine.Launch;

namespace SecureCollectives.CommandLine.Tests.Launch;

public sealed class LaunchDirectoryTests
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private const UnixFileMode WritableByAll = OwnerOnly | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    [Fact]
    public void Create_FirstPlacesUnusable_UsesTheNextAndIsPrivate()
    {
        using var place = new TemporaryDirectory();
        using (var directory = Create(out var notices, null, "", "relative", "/no/such/place", "/proc", place.Path))
        {
            Assert.Equal(place.Path, Path.GetDirectoryName(directory.Path));
            Assert.Equal(OwnerOnly, File.GetUnixFileMode(directory.Path));
            Assert.Empty(notices);
            File.WriteAllText(Path.Combine(directory.Path, "key"), "secret");
        }

        Assert.True(place.IsEmpty);
    }

    [Fact]
    public void Create_NoUsablePlace_SaysWhyAndWhatToSet()
    {
        var failure = Assert.Throws<CommandFailureException>(() => Create(out _, null, "/proc"));

        Assert.Contains("place 0 is not set to a directory; place 1 ('/proc') cannot be written. Set TMPDIR", failure.Message);
    }

    [Fact]
    public void Create_PlaceThatOthersMayWrite_IsRefusedAndSaid()
    {
        using var open = new TemporaryDirectory();
        using var place = new TemporaryDirectory();
        File.SetUnixFileMode(open.Path, WritableByAll);
        using var directory = Create(out var notices, open.Path, place.Path);

        Assert.Equal(place.Path, Path.GetDirectoryName(directory.Path));
        Assert.StartsWith($"place 0 is not used for the workers' keys. The directory '{open.Path}' may be written by other users",
            Assert.Single(notices));
    }

    /// <summary>Whoever may write a directory further up can rename the place and put another there.</summary>
    [Fact]
    public void Create_PlaceBelowADirectoryThatOthersMayWrite_IsRefusedAndSaid()
    {
        using var open = new TemporaryDirectory();
        using var place = new TemporaryDirectory();
        var below = Directory.CreateDirectory(open.Combine("below")).FullName;
        File.SetUnixFileMode(open.Path, WritableByAll);
        using var directory = Create(out var notices, below, place.Path);

        Assert.Equal(place.Path, Path.GetDirectoryName(directory.Path));
        Assert.StartsWith($"place 0 is not used for the workers' keys. The directory '{open.Path}' may be written by other users",
            Assert.Single(notices));
    }

    /// <summary>/dev/shm and /tmp are such directories.</summary>
    [Fact]
    public void Create_PlaceThatOthersMayWriteButNotReplaceIn_IsTaken()
    {
        using var place = new TemporaryDirectory();
        File.SetUnixFileMode(place.Path, WritableByAll | UnixFileMode.StickyBit);
        using var directory = Create(out var notices, place.Path);

        Assert.Empty(notices);
    }

    [Fact]
    public void Create_OnlyPlaceIsAnotherUsers_IsRefused()
    {
        using var place = new TemporaryDirectory();
        using var change = System.Diagnostics.Process.Start("chown", ["65534", place.Path]);
        change.WaitForExit();
        Assert.SkipUnless(change.ExitCode == 0, "Only root can give a directory to another user.");
        string[] notices = [];
        var failure = Assert.Throws<CommandFailureException>(() => Create(out notices, place.Path));

        Assert.Contains("place 0 is not safe from other users", failure.Message);
        Assert.Contains("belongs to another user of this machine (user id 65534)", Assert.Single(notices));
        Assert.True(place.IsEmpty);
    }

    /// <summary>The link could be redirected after the check.</summary>
    [Fact]
    public void Create_PlaceIsALink_UsesWhatItLeadsTo()
    {
        using var place = new TemporaryDirectory();
        using var links = new TemporaryDirectory();
        var link = links.Combine("link");
        File.CreateSymbolicLink(link, place.Path);
        using var directory = Create(out _, link);

        Assert.Equal(place.Path, Path.GetDirectoryName(directory.Path));
    }

    [Fact]
    public void RemoveAbandoned_CalledTwice_RemovesTheDirectory()
    {
        using var place = new TemporaryDirectory();
        var directory = Create(out _, place.Path);
        LaunchDirectory.RemoveAbandoned(directory.Path);
        LaunchDirectory.RemoveAbandoned(directory.Path);

        Assert.True(place.IsEmpty);
    }

    [Fact]
    public void RemoveAbandoned_AnyOtherPath_IsLeftAlone()
    {
        using var place = new TemporaryDirectory();
        LaunchDirectory.RemoveAbandoned(place.Path);
        LaunchDirectory.RemoveAbandoned(null);

        Assert.True(Directory.Exists(place.Path));
    }

    private static LaunchDirectory Create(out string[] notices, params string?[] places)
    {
        List<string> all = [];
        try
        {
            return LaunchDirectory.Create(places.Select((place, i) => ($"place {i}", place)), all.Add);
        }
        finally
        {
            notices = [.. all];
        }
    }
}
