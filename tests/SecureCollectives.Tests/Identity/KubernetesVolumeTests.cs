using System.Diagnostics;
using System.Runtime.Versioning;
using SecureCollectives.Identity;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Identity;

/// <summary>
/// A secret as the kubelet projects it (kubernetes, pkg/volume/util/atomic_writer.go): the file names are symbolic links into
/// <c>..data</c>, itself a link to the directory of one version; a renewal replaces that link atomically.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed class KubernetesVolumeTests : IDisposable
{
    private const string User = "1654";
    private const string FsGroup = "2000";

    private readonly TemporaryDirectory _directory = new();
    private readonly TestPki _pki = new();
    private int _version;

    [Fact]
    public void Newest_SecretIsSwapped_IsTheNewCertificateWithinASecond()
    {
        var files = Project();
        var time = new ManualTime(_pki.Now);
        var logger = new RecordingLogger();
        using var source = IdentitySource.Open(files, time, logger);
        for (var renewal = 0; renewal < 3; renewal++)
        {
            var before = source.Newest().LeafHash.ToArray();
            Project();
            time.Advance(TimeSpan.FromSeconds(1));
            Assert.NotEqual(before, source.Newest().LeafHash.ToArray());
        }

        Assert.Equal([1, 2, 2, 2], logger.Entries.Select(entry => entry.EventId));
    }

    /// <summary>
    /// In a pod with runAsUser and fsGroup, the key belongs to root and to that group, with mode 0440, on a read-only mount. The worker
    /// runs as that user on such a mount.
    /// </summary>
    [Theory]
    [InlineData("0440", FsGroup, null)]
    [InlineData("0440", "3000", "may not read it")]
    [InlineData("0444", FsGroup, "for a Kubernetes volume set defaultMode: 0400")]
    [InlineData("0460", FsGroup, "for a Kubernetes volume set defaultMode: 0400")]
    public async Task Join_AsAPodWithAnFsGroup_ReadsTheKeyThatOthersCannotRead(string mode, string group, string? refusal)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can mount and switch to another user.");
        var files = Project();
        Run("chown", $"0:{group}", new FileInfo(files.Key).ResolveLinkTarget(returnFinalTarget: true)!.FullName);
        Run("chmod", mode, files.Key);
        Run("chmod", "755", _directory.Path);
        using var port = ReservedPort.Draw();
        var place = new JobOptions
        {
            WorldSize = 1,
            MasterPort = port.Number,
            RunId = "pod",
            CertificatePath = files.Certificate,
            KeyPath = files.Key,
            AuthorityPath = files.Authority,
        };
        var volume = Path.GetDirectoryName(files.Key)!;
        using var worker = new WorkerProcess(place, new ProcessStartInfo(
            "unshare",
            [
                "--mount", "--", "sh", "-c",
                "mount --bind \"$0\" \"$0\" && mount -o remount,bind,ro \"$0\" && exec setpriv --reuid \"$1\" --regid \"$1\" --groups "
                    + "\"$2\" "
                    + "--inh-caps=-all --bounding-set=-all -- \"$3\" open Aead 0",
                volume, User, FsGroup, Path.Combine(AppContext.BaseDirectory, "testing-worker"),
            ])
        {
            Environment = { ["DOTNET_EnableDiagnostics"] = "0", ["HOME"] = "/nonexistent" },
        });

        var exit = await worker.ExitAsync();
        var output = worker.Rest();
        if (refusal is null)
        {
            Assert.True(exit == 0, output);
        }
        else
        {
            Assert.True(exit != 0, output);
            Assert.Contains(refusal, output, StringComparison.Ordinal);
            Assert.DoesNotContain("chmod", output, StringComparison.Ordinal);
        }
    }

    public void Dispose()
    {
        _pki.Dispose();
        _directory.Dispose();
    }

    /// <summary>Writes a new version of the secret, and points <c>..data</c> at it.</summary>
    private IdentityFiles Project()
    {
        var volume = Directory.CreateDirectory(_directory.Combine("volume")).FullName;
        var version = $"..2026_01_0{++_version}";
        var content = Directory.CreateDirectory(Path.Combine(volume, version)).FullName;
        File.SetUnixFileMode(
            content, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead
                | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        var issued = _pki.Issue(rank: 0);
        (string Name, string Text)[] texts =
            [("tls.crt", issued.CertificatePem), ("tls.key", issued.Key.Text.ToString()), ("ca.crt", _pki.RootPem)];
        foreach (var (name, text) in texts)
        {
            PemFile.Write(Path.Combine(content, name), text, overwrite: false);
            Run("chmod", name == "tls.key" ? "400" : "444", Path.Combine(content, name));
            if (_version == 1)
            {
                File.CreateSymbolicLink(Path.Combine(volume, name), Path.Combine("..data", name));
            }
        }

        File.CreateSymbolicLink(Path.Combine(volume, "..data_tmp"), version);
        Run("mv", "-T", Path.Combine(volume, "..data_tmp"), Path.Combine(volume, "..data"));
        return new IdentityFiles(Path.Combine(volume, "tls.crt"), Path.Combine(volume, "tls.key"), Path.Combine(volume, "ca.crt"));
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
