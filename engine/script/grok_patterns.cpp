// SPDX-License-Identifier: Apache-2.0
#include "engine/script/grok_patterns.h"

#include <array>

namespace fuseboard::extractors {

namespace {

using Entry = std::pair<std::string_view, std::string_view>;

// The names that logstash made common. Sorted, so that a look-up can bisect.
constexpr std::array kPatterns{
    Entry{"BASE10NUM", R"RE((?<![0-9.+-])(?>[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)))RE"},
    Entry{
        "BASE16FLOAT",
        R"RE(\b(?<![0-9A-Fa-f.])[+-]?(?:0x)?(?:[0-9A-Fa-f]+(?:\.[0-9A-Fa-f]*)?|\.[0-9A-Fa-f]+)\b)RE"},
    Entry{"BASE16NUM", R"RE((?<![0-9A-Fa-f])[+-]?(?:0x)?[0-9A-Fa-f]+)RE"},
    Entry{"CISCOMAC", R"RE((?:[A-Fa-f0-9]{4}\.){2}[A-Fa-f0-9]{4})RE"},
    Entry{"COMBINEDAPACHELOG", R"RE(%{COMMONAPACHELOG} %{QS:referrer} %{QS:agent})RE"},
    Entry{
        "COMMONAPACHELOG",
        R"RE(%{IPORHOST:clientip} %{USER:ident} %{USER:auth} \[%{HTTPDATE:timestamp}\] "(?:%{WORD:verb} %{NOTSPACE:request}(?: HTTP/%{NUMBER:httpversion})?|%{DATA:rawrequest})" %{NUMBER:response} (?:%{NUMBER:bytes}|-))RE"},
    Entry{"COMMONMAC", R"RE((?:[A-Fa-f0-9]{2}:){5}[A-Fa-f0-9]{2})RE"},
    Entry{"DATA", R"RE(.*?)RE"},
    Entry{"DATE", R"RE(%{DATE_US}|%{DATE_EU})RE"},
    Entry{"DATESTAMP", R"RE(%{DATE}[- ]%{TIME})RE"},
    Entry{"DATESTAMP_EVENTLOG", R"RE(%{YEAR}%{MONTHNUM2}%{MONTHDAY}%{HOUR}%{MINUTE}%{SECOND})RE"},
    Entry{"DATESTAMP_OTHER", R"RE(%{DAY} %{MONTH} %{MONTHDAY} %{TIME} %{TZ} %{YEAR})RE"},
    Entry{"DATESTAMP_RFC2822",
          R"RE(%{DAY}, %{MONTHDAY} %{MONTH} %{YEAR} %{TIME} %{ISO8601_TIMEZONE})RE"},
    Entry{"DATESTAMP_RFC822", R"RE(%{DAY} %{MONTH} %{MONTHDAY} %{YEAR} %{TIME} %{TZ})RE"},
    Entry{"DATE_EU", R"RE(%{MONTHDAY}[./-]%{MONTHNUM}[./-]%{YEAR})RE"},
    Entry{"DATE_US", R"RE(%{MONTHNUM}[/-]%{MONTHDAY}[/-]%{YEAR})RE"},
    Entry{
        "DAY",
        R"RE((?:Mon(?:day)?|Tue(?:sday)?|Wed(?:nesday)?|Thu(?:rsday)?|Fri(?:day)?|Sat(?:urday)?|Sun(?:day)?))RE"},
    Entry{"EMAILADDRESS", R"RE(%{EMAILLOCALPART}@%{HOSTNAME})RE"},
    Entry{"EMAILLOCALPART",
          R"RE([a-zA-Z0-9!#$%&'*+/=?^_`{|}~-][a-zA-Z0-9!#$%&'*+/=?^_`{|}~.-]*)RE"},
    Entry{"GREEDYDATA", R"RE(.*)RE"},
    Entry{"HOST", R"RE(%{HOSTNAME})RE"},
    Entry{
        "HOSTNAME",
        R"RE(\b(?:[0-9A-Za-z][0-9A-Za-z-]{0,62})(?:\.(?:[0-9A-Za-z][0-9A-Za-z-]{0,62}))*(?:\.?|\b))RE"},
    Entry{"HOSTPORT", R"RE(%{IPORHOST}:%{POSINT})RE"},
    Entry{"HOUR", R"RE((?:2[0123]|[01]?[0-9]))RE"},
    Entry{"HTTPDATE", R"RE(%{MONTHDAY}/%{MONTH}/%{YEAR}:%{TIME} %{INT})RE"},
    Entry{"HTTPDUSER", R"RE(%{EMAILADDRESS}|%{USER})RE"},
    Entry{"INT", R"RE((?:[+-]?(?:[0-9]+)))RE"},
    Entry{"IP", R"RE((?:%{IPV6}|%{IPV4}))RE"},
    Entry{"IPORHOST", R"RE((?:%{IP}|%{HOSTNAME}))RE"},
    Entry{
        "IPV4",
        R"RE((?<![0-9])(?:(?:25[0-5]|2[0-4][0-9]|[01]?[0-9]{1,2})\.){3}(?:25[0-5]|2[0-4][0-9]|[01]?[0-9]{1,2})(?![0-9]))RE"},
    Entry{
        "IPV6",
        R"RE((?:(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}|(?:[0-9A-Fa-f]{1,4}:){1,7}:|(?:[0-9A-Fa-f]{1,4}:){1,6}(?::[0-9A-Fa-f]{1,4})|(?:[0-9A-Fa-f]{1,4}:){1,5}(?::[0-9A-Fa-f]{1,4}){1,2}|(?:[0-9A-Fa-f]{1,4}:){1,4}(?::[0-9A-Fa-f]{1,4}){1,3}|(?:[0-9A-Fa-f]{1,4}:){1,3}(?::[0-9A-Fa-f]{1,4}){1,4}|(?:[0-9A-Fa-f]{1,4}:){1,2}(?::[0-9A-Fa-f]{1,4}){1,5}|[0-9A-Fa-f]{1,4}:(?::[0-9A-Fa-f]{1,4}){1,6}|:(?::[0-9A-Fa-f]{1,4}){1,7}|::)(?:%[0-9A-Za-z]+)?)RE"},
    Entry{"ISO8601_HOUR", R"RE((?:2[0123]|[01][0-9]))RE"},
    Entry{"ISO8601_SECOND", R"RE((?:%{SECOND}|60))RE"},
    Entry{"ISO8601_TIMEZONE", R"RE((?:Z|[+-]%{HOUR}(?::?%{MINUTE})))RE"},
    Entry{
        "LOGLEVEL",
        R"RE((?:[Aa]lert|ALERT|[Tt]race|TRACE|[Dd]ebug|DEBUG|[Nn]otice|NOTICE|[Ii]nfo(?:rmation)?|INFO(?:RMATION)?|[Ww]arn(?:ing)?|WARN(?:ING)?|[Ee]rr(?:or)?|ERR(?:OR)?|[Cc]rit(?:ical)?|CRIT(?:ICAL)?|[Ff]atal|FATAL|[Ss]evere|SEVERE|EMERG(?:ENCY)?|[Ee]merg(?:ency)?))RE"},
    Entry{"MAC", R"RE((?:%{CISCOMAC}|%{WINDOWSMAC}|%{COMMONMAC}))RE"},
    Entry{"MINUTE", R"RE((?:[0-5][0-9]))RE"},
    Entry{
        "MONTH",
        R"RE(\b(?:[Jj]an(?:uary)?|[Ff]eb(?:ruary)?|[Mm]ar(?:ch)?|[Aa]pr(?:il)?|[Mm]ay|[Jj]une?|[Jj]uly?|[Aa]ug(?:ust)?|[Ss]ep(?:tember)?|[Oo]ct(?:ober)?|[Nn]ov(?:ember)?|[Dd]ec(?:ember)?)\b)RE"},
    Entry{"MONTHDAY", R"RE((?:(?:0[1-9])|(?:[12][0-9])|(?:3[01])|[1-9]))RE"},
    Entry{"MONTHNUM", R"RE((?:0?[1-9]|1[0-2]))RE"},
    Entry{"MONTHNUM2", R"RE((?:0[1-9]|1[0-2]))RE"},
    Entry{"NONNEGINT", R"RE(\b(?:[0-9]+)\b)RE"},
    Entry{"NOTSPACE", R"RE(\S+)RE"},
    Entry{"NUMBER", R"RE((?:%{BASE10NUM}))RE"},
    Entry{"PATH", R"RE((?:%{UNIXPATH}|%{WINPATH}))RE"},
    Entry{"POSINT", R"RE(\b(?:[1-9][0-9]*)\b)RE"},
    Entry{"PROG", R"RE([\x21-\x5a\x5c\x5e-\x7e]+)RE"},
    Entry{"QS", R"RE(%{QUOTEDSTRING})RE"},
    Entry{
        "QUOTEDSTRING",
        R"RE((?>(?<!\\)(?>"(?>\\.|[^\\"]+)+"|""|'(?>\\.|[^\\']+)+'|''|`(?>\\.|[^\\`]+)+`|``)))RE"},
    Entry{"SECOND", R"RE((?:(?:[0-5]?[0-9]|60)(?:[:.,][0-9]+)?))RE"},
    Entry{"SPACE", R"RE(\s*)RE"},
    Entry{
        "SYSLOGBASE",
        R"RE(%{SYSLOGTIMESTAMP:timestamp} (?:%{SYSLOGFACILITY} )?%{SYSLOGHOST:logsource} %{SYSLOGPROG}:)RE"},
    Entry{"SYSLOGFACILITY", R"RE(<%{NONNEGINT:facility}\.%{NONNEGINT:priority}>)RE"},
    Entry{"SYSLOGHOST", R"RE(%{IPORHOST})RE"},
    Entry{"SYSLOGPROG", R"RE(%{PROG:program}(?:\[%{POSINT:pid}\])?)RE"},
    Entry{"SYSLOGTIMESTAMP", R"RE(%{MONTH} +%{MONTHDAY} %{TIME})RE"},
    Entry{"TIME", R"RE((?<![0-9])%{HOUR}:%{MINUTE}(?::%{SECOND})(?![0-9]))RE"},
    Entry{
        "TIMESTAMP_ISO8601",
        R"RE(%{YEAR}-%{MONTHNUM}-%{MONTHDAY}[T ]%{HOUR}:?%{MINUTE}(?::?%{SECOND})?%{ISO8601_TIMEZONE}?)RE"},
    Entry{"TTY", R"RE((?:/dev/(?:pts|tty(?:[pq])?)(?:\w+)?/?(?:[0-9]+)))RE"},
    Entry{"TZ", R"RE((?:[APMCE][SD]T|UTC))RE"},
    Entry{"UNIXPATH", R"RE((?:/[\w_%!$@:.,+~-]*)+)RE"},
    Entry{"URI",
          R"RE(%{URIPROTO}://(?:%{USER}(?::[^@]*)?@)?(?:%{URIHOST})?(?:%{URIPATHPARAM})?)RE"},
    Entry{"URIHOST", R"RE(%{IPORHOST}(?::%{POSINT:port})?)RE"},
    Entry{"URIPARAM", R"RE(\?[A-Za-z0-9$.+!*'|(){},~@#%&/=:;_?\-\[\]<>]*)RE"},
    Entry{"URIPATH", R"RE((?:/[A-Za-z0-9$.+!*'(){},~:;=@#%&_\-]*)+)RE"},
    Entry{"URIPATHPARAM", R"RE(%{URIPATH}(?:%{URIPARAM})?)RE"},
    Entry{"URIPROTO", R"RE([A-Za-z]+(?:\+[A-Za-z+]+)?)RE"},
    Entry{"USER", R"RE(%{USERNAME})RE"},
    Entry{"USERNAME", R"RE([a-zA-Z0-9._-]+)RE"},
    Entry{"UUID", R"RE([A-Fa-f0-9]{8}-(?:[A-Fa-f0-9]{4}-){3}[A-Fa-f0-9]{12})RE"},
    Entry{"WINDOWSMAC", R"RE((?:[A-Fa-f0-9]{2}-){5}[A-Fa-f0-9]{2})RE"},
    Entry{"WINPATH", R"RE((?:[A-Za-z]:|\\)(?:\\[^\\?*]*)+)RE"},
    Entry{"WORD", R"RE(\b\w+\b)RE"},
    Entry{"YEAR", R"RE((?>[0-9]{2}){1,2})RE"},
};

} // namespace

std::span<const Entry> grokPatterns() {
    return kPatterns;
}

} // namespace fuseboard::extractors
