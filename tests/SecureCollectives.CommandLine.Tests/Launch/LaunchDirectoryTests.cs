using SecureCollectives.CommandLine.Launch;

namespace SecureCollectives.CommandLine.Tests.Launch;

public sealed class LaunchDirectoryTests
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    [Fact]
    public void Create_FirstPlacesUnusable_UsesTheNextAndIsPrivate()
    {
        using var place = new TemporaryDirectory();
        using (var directory = LaunchDirectory.Create([null, "", "relative", "/no/such/place", "/proc", place.Path]))
        {
            Assert.Equal(place.Path, Path.GetDirectoryName(directory.Path));
            Assert.Equal(OwnerOnly, File.GetUnixFileMode(directory.Path));
            File.WriteAllText(Path.Combine(directory.Path, "key"), "secret");
        }

        Assert.True(place.IsEmpty);
    }

    [Fact]
    public void Create_NoUsablePlace_SaysWhatToSet() =>
        Assert.Contains("TMPDIR", Assert.Throws<CommandFailureException>(() => LaunchDirectory.Create(["/proc"])).Message);

    [Fact]
    public void RemoveAbandoned_CalledTwice_RemovesTheDirectory()
    {
        using var place = new TemporaryDirectory();
        var directory = LaunchDirectory.Create([place.Path]);
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
}
