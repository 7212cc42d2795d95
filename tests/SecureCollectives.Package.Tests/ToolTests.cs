namespace SecureCollectives.Package.Tests;

/// <summary>Both programs, installed as dotnet tools from a folder.</summary>
[Collection(nameof(InstalledPackagesGroup))]
public sealed class ToolTests(InstalledPackages packages)
{
    private static readonly Dictionary<string, string> Unchanged = [];

    [Theory]
    [InlineData("secure-collectives")]
    [InlineData("secure-collectives-bench")]
    public async Task Tool_Version_PrintsOneLineWithTheCommit(string tool)
    {
        var run = await CommandRun.RunAsync(packages.Folder, Unchanged, packages.Tool(tool), "--version");

        Assert.Equal(0, run.ExitCode);
        // A build outside a checkout does not know the commit.
        var commit = Directory.Exists(RepositoryRoot.PathOf(".git")) || File.Exists(RepositoryRoot.PathOf(".git")) ? "[+][0-9a-f]{40}" : "";
        Assert.Matches($"^[0-9]+[.][0-9]+[.][0-9]+{commit}\n$", run.Output);
    }

    /// <summary>The bench starts its workers in the way it was started itself: with the tool's executable.</summary>
    [Fact]
    public async Task Bench_OfTwoWorkers_Measures()
    {
        var run = await CommandRun.RunAsync(packages.Folder, Unchanged, packages.Tool("secure-collectives-bench"), "--world", "2",
            "--collectives", "allreduce", "--transports", "tcp", "--protections", "plaintext,aead", "--suite", "automatic",
            "--min-bytes", "64K", "--max-bytes", "64K", "--rounds", "1");

        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Contains("aead", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compare_OutsideACheckout_SaysThatItNeedsOne()
    {
        var run = await CommandRun.RunAsync(
            packages.Folder, Unchanged, packages.Tool("secure-collectives-bench"), "compare", "--world", "2");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("Run it in a checkout", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("secure-collectives", "la", "launch")]
    [InlineData("secure-collectives", "launch --w", "--workers")]
    [InlineData("secure-collectives", "train --protection ", "aead", "tls", "tls+aead", "plaintext")]
    [InlineData("secure-collectives", "pki i", "init", "issue", "inspect")]
    [InlineData("secure-collectives", "completion b", "bash")]
    [InlineData("secure-collectives-bench", "--protections plaintext,tls", "plaintext,tls", "plaintext,tls+aead")]
    [InlineData("secure-collectives-bench", "comp", "compare", "completion")]
    [InlineData("secure-collectives", "no-such-verb-")]
    public async Task Completion_OfBash_OffersMatchingWords(string tool, string typed, params string[] expected)
    {
        // Calls the completion function as bash does, with the line, the cursor's position and the current word.
        const string Script = """
            source <("$1" completion bash)
            COMP_LINE="$1 $2" COMP_POINT=$((${#1} + 1 + ${#2}))
            function=$(complete -p "$1") && function=${function##* -F } && function=${function%% *}
            "$function" "$1" "${2##* }" ''
            printf '%s\n' "${COMPREPLY[@]}"
            """;
        Assert.Equal(expected.Order(StringComparer.Ordinal), await CandidatesAsync("bash", Script, tool, typed));
    }

    [Theory]
    [InlineData("secure-collectives", "la", "launch")]
    [InlineData("secure-collectives", "launch --w", "--workers")]
    [InlineData("secure-collectives", "train --protection tls", "tls", "tls+aead")]
    [InlineData("secure-collectives-bench", "comp", "compare", "completion")]
    public async Task Completion_OfZsh_OffersMatchingWords(string tool, string typed, params string[] expected)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/zsh"), "zsh is not installed (Debian: apt-get install zsh).");

        // Calls the completion function as zsh does. The stand-in for compadd keeps the candidates that begin with the word, like compadd.
        const string Script = """
            compdef() { function=$1 }
            compadd() { shift; print -l -- ${(M)@:#${(b)PREFIX}*} }
            source <("$1" completion zsh)
            words=("$1" ${(s: :)2}) CURRENT=$#words PREFIX=$words[-1]
            $function
            """;
        Assert.Equal(expected.Order(StringComparer.Ordinal), await CandidatesAsync("/usr/bin/zsh", Script, tool, typed));
    }

    private async Task<IEnumerable<string>> CandidatesAsync(string shell, string script, string tool, string typed)
    {
        var path = $"{Path.GetDirectoryName(packages.Tool(tool))}:{Environment.GetEnvironmentVariable("PATH")}";
        var run = await CommandRun.RunAsync(
            packages.Folder, new Dictionary<string, string> { ["PATH"] = path }, shell, "-c", script, shell, tool, typed);

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Empty(run.Error);
        return run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal);
    }
}
