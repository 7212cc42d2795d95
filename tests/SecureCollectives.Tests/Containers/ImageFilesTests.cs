namespace SecureCollectives.Tests.Containers;

public sealed class ImageFilesTests
{
    [Fact]
    public void Image_Restore_IsLocked() =>
        Assert.Contains(ImageFiles.BuildStage, line => line.StartsWith("ENV CI=true", StringComparison.Ordinal));

    [Fact]
    public void Image_AfterUser_OnlyTheCommandFollows() =>
        Assert.StartsWith("CMD ",
            Assert.Single(ImageFiles.LastStage.SkipWhile(line => !line.StartsWith("USER ", StringComparison.Ordinal)).Skip(1)),
                StringComparison.Ordinal);

    [Fact]
    public void Image_Contents_AreScriptsAndPublishedProgramsAlone() =>
        Assert.Equal(
            ["COPY scripts/install-ipsec-mb /tmp/", "COPY docker/ /usr/local/bin/", "COPY --from=build /publish/ /opt/secure-collectives/"],
            ImageFiles.LastStage.Where(
                line => line.StartsWith("COPY ", StringComparison.Ordinal) || line.StartsWith("ADD ", StringComparison.Ordinal)));

    [Fact]
    public void Context_UnlistedFiles_AreExcluded()
    {
        Assert.Equal("*", ImageFiles.Ignored[0]);
        Assert.Contains("**/bin", ImageFiles.Ignored);
        Assert.Contains("**/obj", ImageFiles.Ignored);
    }
}
