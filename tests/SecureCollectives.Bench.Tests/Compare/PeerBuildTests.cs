using System.Diagnostics;
using SecureCollectives.Bench.Compare;

namespace SecureCollectives.Bench.Tests.Compare;

public sealed class PeerBuildTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    [Fact]
    public async Task Build_OneToolMissing_NamesItAlone()
    {
        foreach (var tool in new[] { "make", "g++", "mpicxx" })
        {
            AddTool(tool, "exit 0");
        }

        var (program, missing) = await BuildAsync(Peer.OpenMpi);

        Assert.Null(program);
        Assert.Equal("mpirun is not on PATH", missing!.Reason);
    }

    [Fact]
    public async Task Build_LibraryMissing_GivesTheCompilersFirstError()
    {
        AddTool("g++", "exit 0");
        AddTool("make", "echo 'gloo_peer.cpp:13:10: fatal error: gloo/allgather.h: No such file or directory' >&2; echo 'make: *** Error "
            + "1' >&2; exit 2");

        var (program, missing) = await BuildAsync(Peer.Gloo);

        Assert.Null(program);
        Assert.Contains("gloo/allgather.h: No such file or directory", missing!.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("Error 1", missing.Reason, StringComparison.Ordinal);
        Assert.Contains("apt-get install libgloo-dev", missing.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Build_AllThere_IsWhatMakeMade()
    {
        AddTool("g++", "exit 0");
        AddTool("make", "exit 0");

        var (program, missing) = await BuildAsync(Peer.Gloo);

        Assert.Null(missing);
        Assert.Equal(Path.Combine(_directory.Path, "bin", "gloo-peer"), program);
    }

    [Fact]
    public void FindSource_FromBelow_FindsTheFolderAbove()
    {
        var peers = Directory.CreateDirectory(Path.Combine(_directory.Path, "bench", "peers")).FullName;
        File.WriteAllText(Path.Combine(peers, "Makefile"), "");
        var below = Directory.CreateDirectory(Path.Combine(_directory.Path, "bench", "program", "bin")).FullName;

        Assert.Equal(peers, PeerBuild.FindSource("/", below));
        Assert.Null(PeerBuild.FindSource("/"));
    }

    public void Dispose() => _directory.Dispose();

    private Task<(string? Program, MissingPeer? Missing)> BuildAsync(Peer peer) =>
        new PeerBuild(_directory.Path, searchPath: _directory.Path).BuildAsync(peer, TestContext.Current.CancellationToken);

    // Write the tool from another process. A process that another test starts would briefly inherit a descriptor that this process has open
    // for writing, and a file that is open for writing cannot be executed.
    private void AddTool(string name, string script)
    {
        const string Write = """printf '#!/bin/sh\n%s\n' "$1" >"$0" && chmod 700 "$0" """;
        using var writer = Process.Start("/bin/sh", ["-c", Write, Path.Combine(_directory.Path, name), script]);
        writer.WaitForExit();
        Assert.Equal(0, writer.ExitCode);
    }
}
