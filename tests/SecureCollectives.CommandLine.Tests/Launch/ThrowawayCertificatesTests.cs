using SecureCollectives.CommandLine.Launch;
using SecureCollectives.Security.Identity;

namespace SecureCollectives.CommandLine.Tests.Launch;

public sealed class ThrowawayCertificatesTests
{
    [Fact]
    public void Issue_ThreeWorkers_EachGetsAnIdentityThatTheRulesAccept()
    {
        using var directory = new TemporaryDirectory();
        var files = new ThrowawayCertificates(TimeProvider.System).Issue("my-job", 3, directory.Path);

        Assert.Equal(3, files.Count);
        for (var rank = 0; rank < files.Count; rank++)
        {
            using var identity = WorkerIdentity.Create(
                File.ReadAllText(files[rank].Certificate), File.ReadAllText(files[rank].Key),
                File.ReadAllText(files[rank].CertificateAuthority), DateTimeOffset.UtcNow);
            Assert.Equal(WorkerId.Create("launch.local", "my-job", rank), identity.Worker);
        }
    }

    [Fact]
    public void Issue_Files_AreReadableByTheOwnerOnlyAndContainNoAuthorityKey()
    {
        using var directory = new TemporaryDirectory();
        var files = new ThrowawayCertificates(TimeProvider.System).Issue("my-job", 2, directory.Path);
        var paths = Directory.GetFiles(directory.Path);

        Assert.Equal(5, paths.Length);
        Assert.All(paths, path => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path)));
        Assert.Equal(files.Select(file => file.Key).Order(), paths.Where(path => File.ReadAllText(path).Contains("PRIVATE KEY")).Order());
    }
}
