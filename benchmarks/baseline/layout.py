"""The layout of NLM's baseline: two blanks an indent, one element a line; filled by ``format``."""

HEAD = """\
<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" \
"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">
<PubmedArticleSet>
"""
FOOT = "</PubmedArticleSet>\n"
DELETED = '    <PMID Version="1">{}</PMID>\n'
DELETION = "  <DeleteCitation>\n{}  </DeleteCitation>\n"

RECORD = """\
  <PubmedArticle>
    <MedlineCitation Status="{status}" Owner="NLM">
      <PMID Version="{version}">{pmid}</PMID>
{body}    </MedlineCitation>
    <PubmedData>
      <History>
{history}      </History>
      <PublicationStatus>ppublish</PublicationStatus>
      <ArticleIdList>
        <ArticleId IdType="pubmed">{pmid}</ArticleId>
{ids}      </ArticleIdList>
{references}    </PubmedData>
  </PubmedArticle>
"""
ARTICLE = """\
      <Article PubModel="Print">
        <Journal>
          <ISSN IssnType="Electronic">0000-0000</ISSN>
          <JournalIssue CitedMedium="Internet">
            <Volume>{volume}</Volume>
            <Issue>{issue}</Issue>
            <PubDate>
{published}            </PubDate>
          </JournalIssue>
          <Title>Annals of Made-up Records. {topic}</Title>
          <ISOAbbreviation>Ann Made Up Rec {short}</ISOAbbreviation>
        </Journal>
        <ArticleTitle>{title}</ArticleTitle>
        <Pagination>
          <StartPage>{page}</StartPage>
          <EndPage>{last}</EndPage>
          <MedlinePgn>{page}-{last}</MedlinePgn>
        </Pagination>
{doi}{abstract}{authors}        <Language>{language}</Language>
{more}      </Article>
"""
JOURNAL = """\
      <MedlineJournalInfo>
        <Country>Nowhere</Country>
        <MedlineTA>Ann Made Up Rec</MedlineTA>
        <NlmUniqueID>0000000</NlmUniqueID>
        <ISSNLinking>0000-0000</ISSNLinking>
      </MedlineJournalInfo>
"""
DATE = """\
{pad}<{name}>
{pad}  <Year>{year}</Year>
{pad}  <Month>{month:02}</Month>
{pad}  <Day>{day:02}</Day>
{pad}</{name}>
"""
HISTORY = """\
        <PubMedPubDate PubStatus="{status}">
          <Year>{year}</Year>
          <Month>6</Month>
          <Day>{day}</Day>
          <Hour>0</Hour>
          <Minute>0</Minute>
        </PubMedPubDate>
"""
YEAR = "              <Year>{}</Year>\n"
MONTH = "              <Month>{}</Month>\n"
SEASON = "              <Season>{}</Season>\n"
MEDLINE_DATE = "              <MedlineDate>{}</MedlineDate>\n"
ELOCATION = '        <ELocationID EIdType="doi" ValidYN="Y">10.5555/made-up.{}</ELocationID>\n'
DOI = '        <ArticleId IdType="doi">10.5555/made-up.{}</ArticleId>\n'
PMC = '        <ArticleId IdType="pmc">PMC{}</ArticleId>\n'
ABSTRACT = "        <Abstract>\n{}        </Abstract>\n"
TEXT = "          <AbstractText>{}</AbstractText>\n"
SECTION = '          <AbstractText Label="{0}" NlmCategory="{0}">{1}</AbstractText>\n'
COPYRIGHT = "          <CopyrightInformation>© {} Made-up.</CopyrightInformation>\n"
VERNACULAR = "        <VernacularTitle>{}</VernacularTitle>\n"
OTHER = """\
      <OtherAbstract Type="Publisher" Language="{}">
        <AbstractText>{}</AbstractText>
      </OtherAbstract>
"""
AUTHORS = '        <AuthorList CompleteYN="Y">\n{}        </AuthorList>\n'
AUTHOR = """\
          <Author ValidYN="{valid}">
            <LastName>{last}</LastName>
            <ForeName>{fore}</ForeName>
            <Initials>{initial}</Initials>
{place}          </Author>
"""
AFFILIATION = """\
            <AffiliationInfo>
              <Affiliation>{}</Affiliation>
            </AffiliationInfo>
"""
COLLECTIVE = """\
          <Author ValidYN="Y">
            <CollectiveName>{} Study Group</CollectiveName>
          </Author>
"""
BANKS = """\
        <DataBankList CompleteYN="Y">
          <DataBank>
            <DataBankName>{}</DataBankName>
            <AccessionNumberList>
              <AccessionNumber>MADEUP{}</AccessionNumber>
            </AccessionNumberList>
          </DataBank>
        </DataBankList>
"""
GRANTS = '        <GrantList CompleteYN="Y">\n{}        </GrantList>\n'
GRANT = """\
          <Grant>
            <GrantID>MU {}</GrantID>
            <Acronym>MU</Acronym>
            <Agency>Made-up Fund</Agency>
            <Country>Nowhere</Country>
          </Grant>
"""
TYPES = "        <PublicationTypeList>\n{}        </PublicationTypeList>\n"
TYPE = '          <PublicationType UI="D9{:05}">{}</PublicationType>\n'
CHEMICALS = (
    "      <ChemicalList>\n{}      </ChemicalList>\n      <CitationSubset>IM</CitationSubset>\n"
)
CHEMICAL = """\
        <Chemical>
          <RegistryNumber>0</RegistryNumber>
          <NameOfSubstance UI="D9{:05}">{}</NameOfSubstance>
        </Chemical>
"""
NOTICES = "      <CommentsCorrectionsList>\n{}      </CommentsCorrectionsList>\n"
NOTICE = """\
        <CommentsCorrections RefType="{}">
          <RefSource>Ann Made Up Rec. {};1(2):{}</RefSource>
{}        </CommentsCorrections>
"""
NOTICE_PMID = '          <PMID Version="1">{}</PMID>\n'
HEADINGS = "      <MeshHeadingList>\n{}      </MeshHeadingList>\n"
HEADING = """\
        <MeshHeading>
          <DescriptorName UI="D9{ui:05}" MajorTopicYN="{major}">{name}</DescriptorName>
{qualifiers}        </MeshHeading>
"""
QUALIFIER = '          <QualifierName UI="{}" MajorTopicYN="{}">{}</QualifierName>\n'
KEYWORDS = '      <KeywordList Owner="NOTNLM">\n{}      </KeywordList>\n'
KEYWORD = '        <Keyword MajorTopicYN="N">{}</Keyword>\n'
REFERENCES = "      <ReferenceList>\n{}      </ReferenceList>\n"
REFERENCE = """\
        <Reference>
          <Citation>{first} A, {other} B. {title} Ann Made Up Rec. {year};{volume}:{page}</Citation>
          <ArticleIdList>
            <ArticleId IdType="pubmed">{pmid}</ArticleId>
{doi}          </ArticleIdList>
        </Reference>
"""
REFERENCE_DOI = '            <ArticleId IdType="doi">10.5555/made-up.{}</ArticleId>\n'

BOOK = """\
  <PubmedBookArticle>
    <BookDocument>
      <PMID Version="1">{pmid}</PMID>
      <ArticleIdList>
        <ArticleId IdType="bookaccession">NBK{pmid}</ArticleId>
      </ArticleIdList>
      <Book>
        <Publisher>
          <PublisherName>Made-up Press</PublisherName>
          <PublisherLocation>Nowhere</PublisherLocation>
        </Publisher>
        <BookTitle book="madeup">Book of Made-up Records</BookTitle>
        <PubDate>
          <Year>{year}</Year>
        </PubDate>
      </Book>
      <ArticleTitle>{title}</ArticleTitle>
      <Language>eng</Language>
      <Abstract>
        <AbstractText>{abstract}</AbstractText>
      </Abstract>
    </BookDocument>
    <PubmedBookData>
      <PublicationStatus>ppublish</PublicationStatus>
      <ArticleIdList>
        <ArticleId IdType="pubmed">{pmid}</ArticleId>
      </ArticleIdList>
    </PubmedBookData>
  </PubmedBookArticle>
"""
