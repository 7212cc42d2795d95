using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;
using SecureCollectives.Identity;
using SecureCollectives.Security.Identity;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Identity;

[UnsupportedOSPlatform("windows")]
public sealed class PemFileTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TemporaryDirectory _directory = new();

    [Fact]
    public void Write_NewFile_IsReadableByItsOwnerAlone()
    {
        var path = _directory.Combine("key.pem");
        PemFile.Write(path, "text", overwrite: false);
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(path));
        Assert.Equal("text\n", PemFile.Read(path));
        Assert.Equal([path], Directory.GetFiles(_directory.Path));
    }

    [Fact]
    public void Write_ExistingFile_IsLeftAloneUnlessOverwriting()
    {
        var path = _directory.Combine("key.pem");
        File.WriteAllText(path, "old");
        File.SetUnixFileMode(path, OwnerOnly | UnixFileMode.OtherRead);

        Assert.ThrowsAny<IOException>(() => PemFile.Write(path, "new", overwrite: false));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(_directory.Path));

        PemFile.Write(path, "new", overwrite: true);
        Assert.Equal("new\n", File.ReadAllText(path));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(path));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.GroupExecute)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void ReadPrivate_OpenToOthers_IsRefusedAndNamesTheCommand(UnixFileMode extra)
    {
        var path = _directory.Combine("key.pem");
        PemFile.Write(path, "text", overwrite: false);
        File.SetUnixFileMode(path, OwnerOnly | extra);
        var error = Assert.Throws<InvalidIdentityException>(() => PemFile.ReadPrivate(path));
        Assert.Contains($"chmod 600 '{path}'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void ReadTrusted_OthersMayWriteIt_IsRefusedAndNamesTheCommand(UnixFileMode extra)
    {
        var path = _directory.Combine("ca.pem");
        PemFile.Write(path, "text", overwrite: false);
        File.SetUnixFileMode(path, OwnerOnly | extra);
        var error = Assert.Throws<InvalidIdentityException>(() => PemFile.ReadTrusted(path));
        Assert.Contains($"chmod go-w '{path}'", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Editors may write a byte order mark, and users cannot see it.</summary>
    [Fact]
    public void Read_ByteOrderMarkInFront_GivesTheTextBehindIt()
    {
        var path = _directory.Combine("ca.pem");
        File.WriteAllText(path, "text\n", new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        File.SetUnixFileMode(path, OwnerOnly);
        Assert.Equal(8, new FileInfo(path).Length);
        Assert.Equal("text\n", PemFile.Read(path));
        Assert.Equal("text\n", PemFile.ReadTrusted(path));
        using var secret = PemFile.ReadPrivate(path);
        Assert.Equal("text\n", secret.Text.ToString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Read_Utf16_IsRefusedAndSaysSo(bool isBigEndian)
    {
        var path = _directory.Combine("ca.pem");
        File.WriteAllText(path, "text\n", new UnicodeEncoding(isBigEndian, byteOrderMark: true));
        File.SetUnixFileMode(path, OwnerOnly);
        Func<object>[] reads = [() => PemFile.Read(path), () => PemFile.ReadTrusted(path), () => PemFile.ReadPrivate(path)];
        Assert.All(reads, read => Assert.Contains("UTF-16", Assert.Throws<InvalidIdentityException>(read).Message));
    }

    [Fact]
    public void ReadTrusted_EverybodyMayReadIt_GivesTheText()
    {
        var path = _directory.Combine("ca.pem");
        PemFile.Write(path, "text", overwrite: false);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        Assert.Equal("text\n", PemFile.ReadTrusted(path));
    }

    [Fact]
    public void Read_FileOfAnotherUser_IsRefusedWhereTrustOrSecrecyRestsOnIt()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can change the owner of a file.");
        var path = _directory.Combine("ca.pem");
        PemFile.Write(path, "text", overwrite: false);
        using (var chown = System.Diagnostics.Process.Start("chown", ["12345:0", path]))
        {
            chown.WaitForExit();
        }

        Assert.Contains("another user", Assert.Throws<InvalidIdentityException>(() => PemFile.ReadTrusted(path)).Message,
            StringComparison.Ordinal);
        Assert.Contains("another user", Assert.Throws<InvalidIdentityException>(() => PemFile.ReadPrivate(path)).Message,
            StringComparison.Ordinal);
        Assert.Equal("text\n", PemFile.Read(path));
    }

    [Fact]
    public void ReadPrivate_OwnerOnly_GivesTheTextAndErasesItOnDisposal()
    {
        var path = _directory.Combine("key.pem");
        PemFile.Write(path, "text", overwrite: false);
        var secret = PemFile.ReadPrivate(path);
        Assert.Equal("text\n", secret.Text.ToString());
        secret.Dispose();
        Assert.Equal("\0\0\0\0\0", secret.Text.ToString());
    }

    [Fact]
    public void Read_Missing_SaysSo()
        => Assert.Contains("no file", Assert.Throws<InvalidIdentityException>(() => PemFile.Read(_directory.Combine("x"))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Read_Directory_SaysSo()
        => Assert.Contains("directory", Assert.Throws<InvalidIdentityException>(() => PemFile.Read(_directory.Path)).Message,
            StringComparison.Ordinal);

    /// <summary>Opening a pipe that has no writer would block forever.</summary>
    [Fact]
    public async Task Read_NamedPipe_IsRefusedAtOnce()
    {
        var path = _directory.Combine("pipe");
        using (var mkfifo = System.Diagnostics.Process.Start("mkfifo", ["-m", "600", path]))
        {
            await mkfifo.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, mkfifo.ExitCode);
        }

        Func<object>[] reads = [() => PemFile.Read(path), () => PemFile.ReadTrusted(path), () => PemFile.ReadPrivate(path)];
        foreach (var read in reads)
        {
            var error = await Assert.ThrowsAsync<InvalidIdentityException>(() => OwnThread.RunAsync(() => Task.FromResult(read())))
                .WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
            Assert.Contains($"'{path}' is a named pipe; give a regular file", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Read_SocketOrDevice_IsRefused()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_directory.Combine("socket")));

        Assert.Contains("is a socket", Assert.Throws<InvalidIdentityException>(() => PemFile.Read(_directory.Combine("socket"))).Message,
            StringComparison.Ordinal);
        Assert.Contains("is a device", Assert.Throws<InvalidIdentityException>(() => PemFile.Read("/dev/zero")).Message,
            StringComparison.Ordinal);
    }

    /// <summary>Kubernetes mounts secrets in this way: a link to a file in the directory ..data, which is itself a link.</summary>
    [Fact]
    public void Read_BehindTheLinksOfAKubernetesVolume_GivesTheText()
    {
        Directory.CreateDirectory(_directory.Combine("..2026_01_01"));
        PemFile.Write(_directory.Combine("..2026_01_01/tls.key"), "text", overwrite: false);
        Directory.CreateSymbolicLink(_directory.Combine("..data"), "..2026_01_01");
        File.CreateSymbolicLink(_directory.Combine("tls.key"), "..data/tls.key");

        using var secret = PemFile.ReadPrivate(_directory.Combine("tls.key"));
        Assert.Equal("text\n", secret.Text.ToString());
    }

    [Fact]
    public void Read_PathWithAZeroCharacter_IsRefused()
    {
        var path = _directory.Combine("ca.pem");
        PemFile.Write(path, "text", overwrite: false);
        Assert.Contains("zero character", Assert.Throws<InvalidIdentityException>(() => PemFile.Read($"{path}\0.pem")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Read_MoreThanAnyPemFileHolds_IsRefused()
    {
        var path = _directory.Combine("disk.img");
        using (var file = File.Create(path))
        {
            file.SetLength(1L << 40);
        }

        Assert.Contains("bytes", Assert.Throws<InvalidIdentityException>(() => PemFile.Read(path)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _directory.Dispose();
}
